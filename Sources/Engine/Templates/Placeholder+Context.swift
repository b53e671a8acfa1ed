import SQL
import Workflow

extension SyncNames {
    /// What stands for a link that is yet to come, for the templates of the families that have it.
    func variables(
        _ placeholder: Placeholder?,
        _ foreignKey: ForeignKeyFacts?,
        linked table: QualifiedName,
        _ key: Identifier
    ) throws(InvalidName) -> [String: TemplateValue] {
        [
            "placeholder": .flag(placeholder != nil), "from_sequence": .flag(placeholder?.source == .sequence),
            "placeholder_function": .name(function("placeholder")),
            "placeholder_function_text": try .text(function("placeholder").quoted + "()"),
            "placeholder_sequence": .name(function("placeholders")),
            "placeholder_sequence_text": try .text(function("placeholders").quoted),
            "placeholder_sequence_name": try .text(function("placeholders").name.name),
            "placeholder_least": .verbatim(placeholder?.least ?? ServerText("1")),
            "placeholder_trigger": .identifier(last("placeholder")),
            "placeholder_trigger_text": try .text(last("placeholder").name),
            "foreign_key_timing": .verbatim(foreignKey?.timing ?? ServerText("NOT DEFERRABLE")),
            "linked_table": .name(table), "linked_key": .identifier(key),
        ]
    }
}
