import SQL
import Workflow

extension SameRowBlueprint {
    /// The views to be switched, those of one step together: once as they read the new column and once as they read the old one.
    func viewVariables() throws(InvalidName) -> [String: TemplateValue] {
        var switched: [[String: TemplateValue]] = []
        var restored: [[String: TemplateValue]] = []
        for group in viewGroups {
            switched.append(try variables(group, isRestored: false))
            restored.append(try variables(group, isRestored: true))
        }
        return ["switched_views": .list(switched), "restored_views": .list(restored)]
    }

    private var viewGroups: [[DependentView]] {
        var groups: [[DependentView]] = []
        for view in views {
            let place = groups.firstIndex { $0.contains { view.group != nil && $0.group == view.group } }
            if let place { groups[place].append(view) } else { groups.append([view]) }
        }
        return groups
    }

    private func variables(_ group: [DependentView], isRestored: Bool) throws(InvalidName) -> [String: TemplateValue] {
        var members: [[String: TemplateValue]] = []
        var numbers: [String] = []
        for view in group {
            var variables = try Self.variables(view)
            let isExchanged = view.isExchanged == true && !isRestored
            variables["definition"] = .verbatim(isRestored || isExchanged ? view.before : view.after)
            variables["exchanged"] = .flag(isExchanged)
            variables["present_text"] = try .text(view.after.text)
            // One that read both columns before does so again.
            variables["former_text"] = try .text(view.before.text)
            variables["view_changed"] = try .text(
                "the view \(view.name) was changed since enforce: let it read \(old) yourself"
            )
            members.append(variables)
            numbers.append("to_regclass(\(try Literal(view.name.quoted).quoted))")
        }
        return [
            "views": .list(members),
            "dropped": .list(zip(group, members).filter { $0.0.recreation != nil }.map(\.1).reversed()),
            "several": .flag(group.count > 1),
            "view_list": .condition(group.map(\.name.quoted).joined(separator: ", ")),
            "view_numbers": .condition(numbers.joined(separator: ", ")),
        ]
    }

    private static func variables(_ view: DependentView) throws(InvalidName) -> [String: TemplateValue] {
        let recreation = view.recreation
        var comments: [[String: TemplateValue]] = []
        for comment in recreation?.columnComments ?? [] {
            comments.append(["column": .identifier(comment.column), "column_comment": try .text(comment.text)])
        }
        let owner = recreation?.owner ?? view.name.name
        return [
            "view": .name(view.name), "view_text": try .text(view.name.quoted),
            "has_view_options": .flag(view.options != nil), "view_options": .verbatim(view.options ?? ServerText("")),
            "in_place": .flag(recreation == nil),
            "view_owner": .identifier(owner),
            "has_view_comment": .flag(recreation?.comment != nil),
            "view_comment": try .text(recreation?.comment ?? ""),
            "column_comments": .list(comments),
            "view_grants": .list((recreation?.grants ?? []).map(variables)),
            "view_column_grants": .list(
                (recreation?.columnGrants ?? []).map { given in
                    variables(given.grant).merging(["column": .identifier(given.column ?? owner)]) { $1 }
                }
            ),
            "default_grantees": .list(
                (recreation?.defaultGrantees ?? []).map {
                    ["to_public": .flag($0 == nil), "grantee": .identifier($0 ?? owner)]
                }
            ),
        ]
    }
}
