package import Diagnostics
import YAML

/// Reads plans, strictly: what is not understood completely is not run.
package struct PlanReader {
    /// The plan, when nothing is wrong with it, and everything that is, in order of place.
    package static func read(_ source: SourceText) -> (Plan?, Diagnostics) {
        let document = Document(parsing: source)
        guard let root = document.root else { return (nil, document.diagnostics) }
        let reading = Reading(document.diagnostics, homes: Plan.form.schema.homes())
        let makePlan = Plan.form.read(Cursor(root, reading))
        let plan = reading.diagnostics.hasErrors ? nil : makePlan?(source)
        return (plan, reading.diagnostics)
    }
}

extension Plan {
    /// The version of the plan's language that this program reads.
    package static let languageVersion = 1

    /// The whole file; the value becomes a plan once the text it was read from is added.
    static let form = ValueForm<(@Sendable (SourceText) -> Plan)?>.section(
        .required("version", .version(languageVersion), "The version of the plan's language: \(languageVersion)."),
        .required("name", PlanName.form, "Names the run in the ledger, and files; unique in a database."),
        .optional("description", ValueForm<String>.text, "For people."),
        .alternative("change", to: "changes", Change.form, "What is to become of the schema."),
        .optional("changes", ChangeList.form.map(Change.init), "Several changes of one table, instead of 'change'."),
        .section("dual_write", DualWrite.form, "How both shapes are kept equal while both are in use."),
        .optional("acknowledge", findings, default: [], "The ids of findings of 'check' that the team accepts."),
        .section("phases", PhaseSettings.form, "How each phase is to run, and what it waits for."),
        .optional(
            "hooks",
            Hook.listForm,
            default: [],
            "Who outside is told of the run, or asked before a phase of it."
        ),
        .optional(
            "model",
            ValueForm<String>.text,
            "The Prisma schema, a file or folder, that describes the database when the plan is done; status then offers the comparison."
        ),
        build: { _, name, description, change, changes, dualWrite, acknowledge, phases, hooks, model in
            guard let change = change ?? changes else { return nil }
            return { source in
                Plan(
                    name: name,
                    description: description,
                    change: change,
                    dualWrite: dualWrite,
                    acknowledge: acknowledge,
                    pace: phases.pace,
                    observation: phases.observation,
                    verifyEvery: phases.verifyEvery,
                    requirements: phases.requirements,
                    retain: phases.retain,
                    hooks: hooks,
                    model: model,
                    source: source
                )
            }
        }
    ).filtered { $0 }

    private static let findings = ValueForm<[String]>.list(
        of: .text(matching: "[a-z][a-z0-9]*(-[a-z0-9]+)*", "the id of a finding, such as select-star")
    ).withoutRepeats { $0 }
}
