/// A part of a document, and how it is made.
struct GeneratedPart: Sendable {
    /// The document's path in the repository.
    let path: String
    let name: String
    let make: @Sendable () throws -> String

    /// The documents that have such parts.
    static let paths = Set(all.map(\.path)).sorted()

    static let all =
        [
            GeneratedPart(path: "README.md", name: "kinds", make: { KindTable.text }),
            GeneratedPart(path: "README.md", name: "exit codes", make: { ExitCodeTable.text(withRemedies: false) }),
            GeneratedPart(path: "ARCHITECTURE.md", name: "transitions", make: { TransitionDiagram.text }),
            GeneratedPart(
                path: "Docs/reference/exit-codes.md",
                name: "exit codes",
                make: { ExitCodeTable.text(withRemedies: true) }
            ),
            GeneratedPart(path: "Docs/reference/plan.md", name: "keys", make: { PlanKeyTable.plan }),
            GeneratedPart(path: "Docs/reference/plan.md", name: "hook keys", make: { PlanKeyTable.hooks }),
            GeneratedPart(path: "Docs/reference/diagnostics.md", name: "mistakes", make: { MistakeTable.text }),
            GeneratedPart(path: "Docs/reference/diff.md", name: "schema mistakes", make: { SchemaMistakeTable.text }),
            GeneratedPart(path: "Docs/reference/drift.md", name: "drift", make: { DriftTable.text }),
            GeneratedPart(path: "Docs/reference/drift.md", name: "drift of kinds", make: { KindDriftTable.text }),
            GeneratedPart(path: "Docs/reference/commands.md", name: "common options", make: CommandParts.commonOptions),
            GeneratedPart(path: "Docs/reference/commands.md", name: "environment", make: { CommandParts.environment }),
        ] + CommandParts.commands
}
