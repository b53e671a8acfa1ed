package import SQL
package import Workflow

extension CustomBlueprint: RenderedBlueprint {
    package var functions: [QualifiedName] { [] }

    package func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        var values: [String: TemplateValue] = [
            "table": .name(table), "table_text": try .text(table.quoted),
            "has_copy": .flag(copy != nil), "copy": copyText(use),
            "left": .condition("(\(left?.text ?? "false"))"), "has_left": .flag(left != nil),
            "key": .condition(try KeyText(columns: keyColumns).expression),
            "invariants": .list(invariants.map(Self.variables)), "afterwards": .list(afterwards.map(Self.variables)),
        ]
        for file in ["expand", "enforce", "contract", "purge"] {
            // The last look is for what takes something away, before its first statement.
            let isGuarded = file == "contract" || file == "purge"
            values["\(file)_steps"] = .list(
                (steps[file] ?? []).enumerated().map { Self.variables($1, isGuarded: isGuarded && $0 == 0) }
            )
            values["\(file)_undo_steps"] = .list((steps["\(file).undo"] ?? []).map { Self.variables($0) })
        }
        values["purge_undo_steps"] = nil
        return TemplateContext(values)
    }

    /// The person's statement with the chunk's table and rows in place of the marks.
    private func copyText(_ use: TemplateUse) -> TemplateValue {
        let text = (copy ?? "").replacing(Custom.leafMark, with: (use.leaf ?? table).quoted)
        func ranged(_ condition: ServerText) -> ServerText {
            ServerText(text.replacing(Custom.rangeMark, with: condition.text))
        }
        return .range(engine: ranged(use.chunks.condition), file: ranged(ChunkRange.wholeTable))
    }

    private static func variables(_ step: Step, isGuarded: Bool = false) -> [String: TemplateValue] {
        [
            "title": .verbatim(ServerText(step.title)), "sql": .verbatim(ServerText(step.sql)),
            "done": .verbatim(ServerText(step.done)),
            "alone": .flag(step.mode == .none),
            // No check list of that name: what the plan's own SQL may scan is not scanned under its locks once more.
            "guarded": .flag(isGuarded && step.mode != .none),
        ]
    }

    private static func variables(_ invariant: Custom.Invariant) -> [String: TemplateValue] {
        ["name": .verbatim(ServerText(invariant.name)), "sql": .verbatim(ServerText(invariant.sql))]
    }
}
