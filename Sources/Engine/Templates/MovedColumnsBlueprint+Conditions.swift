import SQL
import Workflow

/// Conditions over the two tables, composed of quoted names: `o` is a row of the old table, `n` one of the new.
extension MovedColumnsBlueprint {
    func conditions(_ use: TemplateUse) -> [String: TemplateValue] {
        // A value that differs is a violation for the check, not work for the backfill.
        let uncopied = makesTable ? unplaced : makesRows ? "(\(unplaced)) OR (\(unfilled))" : unfilled
        let left = use.isRefilling ? differsAnyhow : uncopied
        let values = columns.map(\.name.quoted)
        return [
            "match_names": .names(match.map(\.target)), "source_names": .names(match.map(\.source)),
            "source_of_new_values": list(match.map { "NEW.\($0.source.quoted)" }),
            "source_order": list(match.map { "o.\($0.source.quoted)" }),
            "values": .names(columns.map(\.name)),
            "new_values": list(values.map { "NEW.\($0)" }), "old_values": list(values.map { "o.\($0)" }),
            "assignments": list(values.map { "\($0) = NEW.\($0)" }),
            "assign_nulls": list(values.map { "\($0) = NULL" }),
            "assign_old": list(values.map { "\($0) = s.\($0)" }),
            "assign_excluded": list(values.map { "\($0) = EXCLUDED.\($0)" }),
            "values_of_target": list(values.map { "n.\($0)" }),
            "some_before": some("OLD."),
            // For statements that run with the session's search_path: nothing in them is looked up there.
            "at_target_of_new": .condition(at("n.", \.target, "NEW.", \.source)),
            "at_target_of_new_row": .condition(at("n.", \.target, "NEW.", \.target)),
            "at_old_of_old": .condition(at("o.", \.source, "OLD.", \.target)),
            "at_old_of_new": .condition(at("o.", \.source, "NEW.", \.target)),
            "at_same_row": .condition(at("o.", \.source, "NEW.", \.source)),
            "any_old": .condition(values.map { "o.\($0) IS NOT NULL" }.joined(separator: " OR ")),
            "held_values": list(values.map { "sync.held.\($0)" }),
            "assign_held": list(values.map { "\($0) = sync.held.\($0)" }),
            "some_new": some("NEW."), "some_old": some("o."), "some_target": some("n."),
            "none_new": .condition("num_nonnulls(\(values.map { "NEW.\($0)" }.joined(separator: ", "))) = 0"),
            "changed": .condition(differs("OLD.", "NEW.")),
            "differs_target_new": .condition(differs("n.", "NEW.")),
            "differs_old_new": .condition(differs("o.", "NEW.")),
            "differs": .condition(differs("o.", "n.")),
            "target_of_new": .condition(pairs("n.", "NEW.")),
            "target_of_old_row": .condition(all { "n.\($0.target.quoted) = OLD.\($0.target.quoted)" }),
            "target_of_new_row": .condition(all { "n.\($0.target.quoted) = NEW.\($0.target.quoted)" }),
            "old_of_old": .condition(all { "o.\($0.source.quoted) = OLD.\($0.target.quoted)" }),
            "old_of_new": .condition(all { "o.\($0.source.quoted) = NEW.\($0.target.quoted)" }),
            "same_row": .condition(all { "o.\($0.source.quoted) = NEW.\($0.source.quoted)" }),
            "same_key_as_before": .condition(all { "o.\($0.source.quoted) = OLD.\($0.source.quoted)" }),
            "pair": .condition(pairs("n.", "o.")), "pair_of_copied": .condition(pairs("n.", "s.")),
            "match_moved": .condition(
                any { "OLD.\($0.target.quoted) IS DISTINCT FROM NEW.\($0.target.quoted)" }
            ),
            "source_moved": .condition(
                any { "OLD.\($0.source.quoted) IS DISTINCT FROM NEW.\($0.source.quoted)" }
            ),
            "old_exists": .condition(all { "o.\($0.source.quoted) IS NOT NULL" }),
            "target_exists": .condition(all { "n.\($0.target.quoted) IS NOT NULL" }),
            "null_required": .condition(
                required.isEmpty
                    ? "false" : required.map { "NEW.\($0.name.quoted) IS NULL" }.joined(separator: " OR ")
            ),
            "uncopied": .condition("(\(uncopied))"), "unplaced": .condition("(\(unplaced))"),
            "left": .condition("(\(left))"), "differs_anyhow": .condition("(\(differsAnyhow))"),
            "wrong": .condition(makesRows ? "(\(unplaced)) OR (\(differing))" : differing),
            "both_wrong": .condition(bothWrong(use.body)),
            "key": .condition(keyText), "target_key": .condition(targetKeyText),
        ]
    }

    /// Before the copy is done a row without any value beside one with some is work, not a violation.
    private func bothWrong(_ body: SyncBody) -> String {
        let there =
            all { "o.\($0.source.quoted) IS NOT NULL" } + " AND " + all { "n.\($0.target.quoted) IS NOT NULL" }
        let isCopied = body == .copying && !makesTable ? " AND \(hasValues("n."))" : ""
        return "\(there) AND (\(differs("o.", "n.")))\(isCopied)"
    }

    private func list(_ parts: [String]) -> TemplateValue { .condition(parts.joined(separator: ", ")) }

    private func some(_ prefix: String) -> TemplateValue { .condition(hasValues(prefix)) }

    private func hasValues(_ prefix: String) -> String {
        "num_nonnulls(\(columns.map { prefix + $0.name.quoted }.joined(separator: ", "))) > 0"
    }

    private func all(_ part: (MatchedColumn) -> String) -> String { match.map(part).joined(separator: " AND ") }
    private func any(_ part: (MatchedColumn) -> String) -> String { match.map(part).joined(separator: " OR ") }

    private func at(
        _ row: String,
        _ column: KeyPath<MatchedColumn, Identifier>,
        _ record: String,
        _ field: KeyPath<MatchedColumn, Identifier>
    ) -> String {
        all { "\(row)\($0[keyPath: column].quoted) OPERATOR(pg_catalog.=) \(record)\($0[keyPath: field].quoted)" }
    }

    private func pairs(_ target: String, _ source: String) -> String {
        all { "\(target)\($0.target.quoted) = \(source)\($0.source.quoted)" }
    }

    private func differs(_ first: String, _ second: String) -> String {
        columns.map { "(\($0.facts.comparison.differs(first + $0.name.quoted, second + $0.name.quoted)))" }
            .joined(separator: " OR ")
    }

    /// The old row has values and no row to hold them in the other table.
    private var unplaced: String {
        "\(hasValues("o.")) AND NOT EXISTS (SELECT FROM \(target.quoted) n WHERE \(pairs("n.", "o.")))"
    }

    /// The other table's row is there and has none of the old row's values yet.
    private var unfilled: String {
        """
        \(hasValues("o.")) AND EXISTS (SELECT FROM \(target.quoted) n WHERE \(pairs("n.", "o.")) AND NOT (\(hasValues("n."))))
        """
    }

    private var differing: String {
        "EXISTS (SELECT FROM \(target.quoted) n WHERE \(pairs("n.", "o.")) AND (\(differs("o.", "n."))))"
    }

    /// The old row is not what the other table says, a row that is not there being all NULL.
    private var differsAnyhow: String {
        """
        CASE WHEN EXISTS (SELECT FROM \(target.quoted) n WHERE \(pairs("n.", "o."))) THEN \(differing) ELSE \(hasValues("o.")) END
        """
    }

    /// The key of an old row as text: its primary key, or what it is matched by.
    private var keyText: String {
        text(keyColumns.isEmpty ? match.map(\.source) : keyColumns, "o.")
    }

    private var targetKeyText: String { text(match.map(\.target), "n.") }

    private func text(_ columns: [Identifier], _ prefix: String) -> String {
        let parts = columns.map {
            "'\($0.name.replacing("'", with: "''"))=' || coalesce(\(prefix)\($0.quoted)::text, 'NULL')"
        }
        return "concat_ws(', ', \(parts.joined(separator: ", ")))"
    }
}
