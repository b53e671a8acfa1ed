import SQL
package import Workflow

extension PreviewReport {
    /// Every step of every phase.
    package var json: JSON {
        .object([
            ("plan", .string(plan)),
            ("summary", .string(summary)),
            ("table", .string(table)),
            ("rows", .init(rows)),
            ("bytes", .init(bytes)),
            ("findings", .array(findings.map(\.json))),
            ("effects", .array(effects.map(\.json))),
            ("phases", .array(phases.map(\.json))),
        ])
    }
}

extension ApplicationEffect {
    fileprivate var json: JSON {
        .object([
            ("kind", .string(kind.rawValue)),
            ("moments", .array(moments.map { .string($0.rawValue) })),
            ("message", .string(sentence)),
        ])
    }
}

extension PreviewReport.PhaseSteps {
    fileprivate var json: JSON {
        .object([
            ("name", .string(name)),
            ("undo", .string(undo)),
            ("steps", .array(steps.map(\.json))),
        ])
    }
}

extension PreviewReport.Step {
    fileprivate var json: JSON {
        .object([
            ("title", .string(title)),
            ("transaction", .string(mode)),
            ("sql", .string(sql)),
            ("locks", .array(locks.map(\.json))),
            ("scansTable", .boolean(scansTable)),
            ("done", .boolean(isDone)),
        ])
    }
}

extension RelationLock {
    var json: JSON {
        .object([
            ("relation", .string(relation.description)),
            ("mode", .string(mode.name)),
            ("blocks", .string(mode.blocks)),
        ])
    }
}
