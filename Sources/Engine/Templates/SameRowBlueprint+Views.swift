import SQL
import Workflow

extension SameRowBlueprint {
    /// The views to be switched, once as they read the new column and once as they read the old one.
    func viewVariables() throws(InvalidName) -> [String: TemplateValue] {
        var switched: [[String: TemplateValue]] = []
        var restored: [[String: TemplateValue]] = []
        for view in views {
            var variables = try Self.variables(view)
            variables["definition"] = .verbatim(view.after)
            switched.append(variables)
            variables["definition"] = .verbatim(view.before)
            variables["present_text"] = try .text(view.after.text)
            // One that read both columns before does so again.
            variables["former_text"] = try .text(view.before.text)
            variables["view_changed"] = try .text(
                "the view \(view.name) was changed since enforce: let it read \(old) yourself"
            )
            restored.append(variables)
        }
        return ["switched_views": .list(switched), "restored_views": .list(restored)]
    }

    private static func variables(_ view: DependentView) throws(InvalidName) -> [String: TemplateValue] {
        var comments: [[String: TemplateValue]] = []
        for comment in view.recreation?.columnComments ?? [] {
            comments.append(["column": .identifier(comment.column), "column_comment": try .text(comment.text)])
        }
        let owner = view.recreation?.owner ?? view.name.name
        return [
            "view": .name(view.name), "view_text": try .text(view.name.quoted),
            "has_view_options": .flag(view.options != nil), "view_options": .verbatim(view.options ?? ServerText("")),
            "in_place": .flag(view.recreation == nil),
            "view_owner": .identifier(owner),
            "has_view_comment": .flag(view.recreation?.comment != nil),
            "view_comment": try .text(view.recreation?.comment ?? ""),
            "column_comments": .list(comments),
            "view_grants": .list((view.recreation?.grants ?? []).map(variables)),
            "default_grantees": .list(
                (view.recreation?.defaultGrantees ?? []).map {
                    ["to_public": .flag($0 == nil), "grantee": .identifier($0 ?? owner)]
                }
            ),
        ]
    }
}
