import SQL
import Workflow

extension SameRowBlueprint {
    /// The new value that belongs to an old one in the given column.
    func forward(_ prefix: String, _ column: Identifier) -> String {
        guard let mapping else { return prefix + value(of: column) }
        return "\(mapping.forwardFunction.quoted)(\(prefix)\(column.quoted))"
    }

    /// The old value that belongs to a new one.
    func backward(_ new: String) -> String {
        guard let mapping else { return new }
        return "\(mapping.backwardFunction.quoted)(\(new))"
    }

    /// Whether two values of the new type are different.
    func newDiffers(_ first: String, _ second: String) -> String {
        (mapping?.comparison ?? column.comparison).differs(first, second)
    }

    /// Whether two values of the old type are different.
    func oldDiffers(_ first: String, _ second: String) -> String { column.comparison.differs(first, second) }

    /// What a written new value is made into, and what a written old one is; where there is no counterpart, the other side
    /// keeps what it has.
    private func kept(_ value: String, of source: String, else other: String, fails: Bool) -> String {
        fails ? "CASE WHEN \(source) IS NULL THEN NULL ELSE coalesce(\(value), \(other)) END" : value
    }

    /// Rows written since whose value comes back another one; with functions that last for a transaction.
    private func otherwise(_ newer: Identifier, _ older: Identifier) -> String {
        let back = "pg_temp.crossfade_backward(\(newer.quoted))"
        let parts = [
            "\(newer.quoted) IS NOT NULL", "\(back) IS NOT NULL",
            newDiffers(newer.quoted, "pg_temp.crossfade_forward(\(back))"),
            newDiffers(newer.quoted, "pg_temp.crossfade_forward(\(older.quoted))"),
        ]
        return parts.joined(separator: " AND ")
    }

    /// The default that the new column gets in the end.
    private var newDefault: ServerText {
        let text = column.default ?? ServerText("NULL")
        guard let mapping else { return text }
        return mapping.constantDefault ?? ServerText("CAST(\(text.text) AS \(mapping.type.text))")
    }

    func mappingVariables() throws(InvalidName) -> [String: TemplateValue] {
        let (newValue, oldValue) = ("NEW.\(new.quoted)", "NEW.\(old.quoted)")
        let forwardNew = mapping == nil ? oldValue : forward("NEW.", old)
        let mapping = mapping
        // Its own default is there already, where it has one.
        let oldElse = mapping?.standIn.map { "\(oldValue), \($0.text)" } ?? oldValue
        let type = mapping?.type ?? column.domainBase ?? column.type
        let fallback = try Expression.null
        return [
            "mapped": .flag(mapping != nil), "renamed_column": .flag(mapping == nil),
            "live": .identifier(live), "live_text": try .text(live.name),
            "type": .verbatim(type), "type_text": try .text(type.text),
            "old_type": .verbatim(column.type), "old_type_text": try .text(column.type.text),
            "has_collation": .flag(column.collation != nil && mapping == nil),
            "has_storage": .flag(column.storage != nil && mapping == nil),
            "has_compression": .flag(column.compression != nil && mapping == nil),
            "forward_function": .name(mapping?.forwardFunction ?? function),
            "backward_function": .name(mapping?.backwardFunction ?? function),
            "forward_expression": .expression(mapping?.forward ?? fallback),
            "backward_expression": .expression(mapping?.backward ?? fallback),
            "forward_fails": .flag(mapping?.forwardFails ?? false),
            "backward_fails": .flag(mapping?.backwardFails ?? false),
            "may_fail": .flag(mapping?.forwardFails == true || mapping?.backwardFails == true),
            "both_fail": .flag(mapping?.forwardFails == true && mapping?.backwardFails == true),
            "key_live": .condition(keyText(renaming: old, to: live)),
            "round_trip_differs": .condition(
                oldDiffers(old.quoted, "pg_temp.crossfade_backward(pg_temp.crossfade_forward(\(old.quoted)))")
            ),
            "otherwise_live": .condition(otherwise(live, retired)), "otherwise_new": .condition(otherwise(new, old)),
            "new_sequence_options": .verbatim(ServerText(widened(column.identity?.options ?? ""))),
            "checks_round_trip": .flag(mapping.map { !$0.isLossy } ?? false),
            "schema": .identifier(table.schema ?? table.name),
            "forward": .condition(mapping == nil ? old.quoted : forward("", old)),
            "forward_t": .condition(mapping == nil ? "t.\(old.quoted)" : forward("t.", old)),
            "forward_new": .condition(
                kept(forwardNew, of: oldValue, else: newValue, fails: mapping?.forwardFails ?? false)
            ),
            "backward_new": .condition(
                kept(backward(newValue), of: newValue, else: oldElse, fails: mapping?.backwardFails ?? false)
            ),
            "backward_is_missing": .condition("\(newValue) IS NOT NULL AND \(backward(newValue)) IS NULL"),
            "shown_old": .names([old]),
            "without_counterpart": .condition("(\(old.quoted) IS NOT NULL AND \(forward("", old)) IS NULL)"),
            "forward_is_missing": .condition("\(oldValue) IS NOT NULL AND \(forwardNew) IS NULL"),
            "backward_live": .condition(backward(live.quoted)),
            "backward_new_live": .condition(backward("NEW.\(live.quoted)")),
            "new_default": .verbatim(newDefault),
            "widens_sequence": .flag(column.ownedSequence != nil && mapping?.sequenceType != nil),
            "sequence_type": .verbatim(mapping?.sequenceType ?? ServerText("bigint")),
            "former_sequence_type": .verbatim(mapping?.formerSequenceType ?? ServerText("bigint")),
            "replanned": .list((mapping?.replanned ?? []).map { ["replanned_function": .verbatim($0)] }),
        ]
    }
}

extension SameRowBlueprint {
    /// The options of an identity's sequence: one that ends where the old type did ends where the new one does.
    private func widened(_ options: String) -> String {
        let ends = ["smallint": "32767", "integer": "2147483647", "bigint": "9223372036854775807"]
        guard let mapping, let before = ends[column.type.text], let after = ends[mapping.type.text] else {
            return options
        }
        return options.replacing("MAXVALUE \(before) ", with: "MAXVALUE \(after) ")
    }
}

extension Expression {
    /// NULL.
    static var null: Expression {
        get throws(InvalidName) {
            do {
                return try Expression(parsing: "NULL")
            } catch {
                throw InvalidName(text: "NULL", reason: .malformed)
            }
        }
    }
}
