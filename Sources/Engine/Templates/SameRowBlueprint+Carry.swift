import SQL
import Workflow

/// What the new column is given while both live, because the old one was changed.
extension SameRowBlueprint {
    /// The variables of what has been changed since another resolution; without one all of it has been.
    ///
    /// While contract is undone it is the column that was set aside that follows, and the live one that was changed.
    func changedAttributes(since former: SameRowBlueprint?, isRefilling: Bool) throws(InvalidName) -> [String:
        TemplateValue]
    {
        let (leader, follower) = isRefilling ? (live, retired) : (old, new)
        var triggers: [[String: TemplateValue]] = []
        for trigger in columnTriggers where !isRefilling && former?.columnTriggers.contains(trigger) != true {
            triggers.append([
                "trigger_name": .identifier(Identifier(shortening: trigger.name)),
                "trigger_name_text": try .text(trigger.name),
                "with_both": .verbatim(trigger.withBoth),
            ])
        }
        var values = try column.changedAttributes(since: former?.column)
        if mapping != nil {
            // Another type has its own, which expand leaves as they are.
            values["changed_storage"] = .flag(false)
            values["changed_compression"] = .flag(false)
        }
        values["leader"] = .identifier(leader)
        values["follower"] = .identifier(follower)
        values["follower_text"] = try .text(follower.name)
        values["changed_triggers"] = .list(triggers)
        values["changed_comments"] = .list(isRefilling ? [] : try changedComments(since: former))
        return values
    }

    /// Comments of constraints whose like enforce has made; that of an index has a step of its own.
    private func changedComments(since former: SameRowBlueprint?) throws(InvalidName) -> [[String: TemplateValue]] {
        var changed: [[String: TemplateValue]] = []
        func note(_ name: CarriedName, of relation: QualifiedName, _ comment: String?) throws(InvalidName) {
            changed.append([
                "constraint": .identifier(name.working), "constraint_name_text": try .text(name.working.name),
                "of": .name(relation), "of_text": try .text(relation.quoted),
                "has_new_comment": .flag(comment != nil), "new_comment": try .text(comment ?? ""),
            ])
        }
        for check in checks {
            let before = former?.checks.first { $0.name == check.name }
            if let before, before.facts.comment == check.facts.comment { continue }
            try note(check.name, of: table, check.facts.comment)
        }
        for key in foreignKeys where key.facts.succession == nil {
            let before = former?.foreignKeys.first { $0.name == key.name && $0.facts.child == key.facts.child }
            if let before, before.facts.comment == key.facts.comment { continue }
            try note(key.name, of: key.facts.child, key.facts.comment)
        }
        return changed
    }
}
