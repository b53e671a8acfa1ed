package import SQL
import YAML

/// A change in a person's own SQL, phase by phase, held to the same gates as any other.
package struct Custom: Sendable, Hashable {
    /// A step of the person's: one transaction, or one statement outside any.
    package struct Step: Sendable, Hashable {
        /// What it does, for people.
        package var title: String
        package var sql: String
        /// A query for one boolean: true once the step has been done.
        package var done: String
        package var mode: Mode

        /// How its statements are run.
        package enum Mode: String, CaseIterable, Sendable, Codable {
            case transaction
            /// Outside any transaction, as CONCURRENTLY wants it.
            case none
        }
    }

    /// What one phase does, and how it is undone.
    package struct Part: Sendable, Hashable {
        package var steps: [Step]
        package var undo: [Step]

        static let nothing = Part(steps: [], undo: [])
    }

    /// The rows that were there before.
    package struct Copy: Sendable, Hashable {
        /// One statement with ``rangeMark`` where the rows of a chunk are to be chosen, and maybe ``leafMark`` for the table.
        package var sql: String
        /// A condition on the table that is true for the rows left to copy.
        package var left: Expression
    }

    /// A condition no row may violate.
    package struct Invariant: Sendable, Hashable, Codable {
        package var name: String
        /// A query for the violating rows.
        package var sql: String
    }

    package var table: QualifiedName
    /// The other tables that are written or changed.
    package var also: [QualifiedName]
    package var expand: Part
    package var backfill: Copy?
    package var enforce: Part
    package var contract: Part
    package var purge: [Step]
    /// Held while both shapes live, from the end of expand until contract.
    package var invariants: [Invariant]
    /// Held after contract.
    package var afterwards: [Invariant]

    /// Stands for the partition, or the table, that a chunk is of.
    package static let leafMark = "{leaf}"
    /// Stands for the condition that chooses a chunk's rows, `ctid >= ... AND ctid < ...`.
    package static let rangeMark = "{range}"
}

extension Custom: ChangeKind {
    package static let key = "custom"
    package static let summary = "SQL of one's own for each phase, with its postconditions, undo and invariants."

    package var family: String { CustomBlueprint.family }
    /// Its steps are a person's own, and may be any of these.
    package var effects: [ApplicationEffect] {
        (backfill == nil ? [] : ApplicationEffect.copying) + [ApplicationEffect.newColumn]
    }
    package var keepsSearchPath: Bool { true }
    package var line: String { "\(table), by SQL of its own" }
    package var fixed: [String] {
        var lines = [table.quoted] + also.map(\.quoted)
        for (name, part) in [("expand", expand), ("enforce", enforce), ("contract", contract)] {
            lines += [name] + part.steps.flatMap(\.fixed) + ["undo"] + part.undo.flatMap(\.fixed)
        }
        lines += ["backfill", backfill?.sql ?? "", backfill?.left.text ?? "", "purge"] + purge.flatMap(\.fixed)
        return lines
            + (invariants + ["afterwards"].map { Invariant(name: $0, sql: "") } + afterwards).flatMap {
                [$0.name, $0.sql]
            }
    }

    package static let form = ValueForm<Custom>.section(
        .required("table", .qualifiedName, "The table whose rows are copied and whose writes are observed."),
        .optional(
            "also",
            .list(of: .qualifiedName),
            default: [],
            "Other tables that are changed: no other plan may be about them meanwhile."
        ),
        .section("expand", Part.form, "Adds the new shape, and what keeps it equal to the old."),
        .optional("backfill", Copy.form, "Copies the rows that were there before, chunk by chunk."),
        .section("enforce", Part.form, "Makes the new shape required."),
        .section("contract", Part.form, "Sets the old shape aside."),
        .optional("purge", .list(of: Step.form), default: [], "Drops what contract set aside; this cannot be undone."),
        .optional(
            "invariants",
            .list(of: Invariant.form).withoutRepeats(by: \.name),
            default: [],
            "What no row may violate while both shapes live."
        ),
        .optional(
            "afterwards",
            .list(of: Invariant.form).withoutRepeats(by: \.name),
            default: [],
            "What no row may violate after contract."
        ),
        build: Custom.init
    )
}

extension Custom.Step {
    fileprivate var fixed: [String] { [title, sql, done, mode.rawValue] }

    static let form = ValueForm<Custom.Step>.section(
        .required("step", .line, "What it does, for people; no two steps of a phase have the same."),
        .required("sql", .script, "Its statements."),
        .required("done", .select, "A query for one boolean: true exactly when the step's work is done."),
        .optional(
            "transaction",
            .choice(),
            default: .transaction,
            "Whether it runs in one transaction, or outside any."
        ),
        build: { Custom.Step(title: $0, sql: $1, done: $2, mode: $3) }
    )
}

extension Custom.Part {
    static let form = ValueForm<Custom.Part>.section(
        .optional(
            "steps",
            .list(of: Custom.Step.form).withoutRepeats(by: \.title),
            default: [],
            "What is done, in this order."
        ),
        .optional(
            "undo",
            .list(of: Custom.Step.form).withoutRepeats(by: \.title),
            default: [],
            "What undoes it, in this order."
        ),
        build: Custom.Part.init
    ).checked { part, cursor in
        guard !part.steps.isEmpty, part.undo.isEmpty else { return true }
        let message = "\(cursor.label) says nothing of how it is undone: rollback would leave it there"
        cursor.refuse(.outOfRange, message, fix: "add undo:, a list of steps")
        return false
    }
}

extension Custom.Copy {
    static let form = ValueForm<Custom.Copy>.section(
        .required(
            "copy",
            .chunkStatement,
            "One statement that copies a chunk, with {range} where its rows are chosen and {leaf} for the table or partition."
        ),
        .required("left", .expression, "A condition on a row that is true while it is left to copy."),
        build: { Custom.Copy(sql: $0, left: $1) }
    )
}

extension Custom.Invariant {
    static let form = ValueForm<Custom.Invariant>.section(
        .required("name", .line, "What must hold, for people."),
        .required("sql", .select, "A query for the rows that violate it; its first column names them."),
        build: Custom.Invariant.init
    )
}
