package import SQL
package import Workflow

extension RenamedTableBlueprint: RenderedBlueprint {
    package var functions: [QualifiedName] { [] }

    /// The comment of the view, under either name.
    static func comment(of plan: String) -> String { "Crossfade: another name of the same table (plan \(plan))" }

    package func context(_ use: TemplateUse) throws(InvalidName) -> TemplateContext {
        var objects: [[String: TemplateValue]] = []
        for object in self.objects { objects.append(try variables(object)) }
        var comments: [[String: TemplateValue]] = []
        for column in columns {
            guard let comment = column.comment else { continue }
            comments.append(["column": .identifier(column.name), "comment": try .text(comment)])
        }
        var context = TemplateContext([
            "table": .name(table), "table_text": try .text(table.quoted), "relation": .identifier(table.name),
            "new": .identifier(new), "new_name": .name(settled), "new_text": try .text(settled.quoted),
            "retired": .identifier(setAside.name), "aside": .name(setAside), "aside_text": try .text(setAside.quoted),
            "owner": .identifier(owner), "row_security": .flag(hasRowSecurity),
            "columns": .names(columns.map(\.name)),
            "defaults": .list(
                columns.compactMap { column in
                    column.default.map { ["column": .identifier(column.name), "default": .verbatim($0)] }
                }
            ),
            "grants": .list(
                grants.map { grant in
                    [
                        "privilege": .verbatim(grant.privilege), "to_public": .flag(grant.grantee == nil),
                        "grantee": .identifier(grant.grantee ?? owner), "grantable": .flag(grant.isGrantable),
                    ]
                }
            ),
            "new_view": .list([try view(settled, of: table)]),
            "old_view": .list([try view(table, of: settled)]),
            "old_view_again": .list([try view(table, of: settled, replaces: true)]),
            "remade_views": .list([try view(settled, of: table), try view(table, of: settled)]),
            "objects": .list(objects),
            "artefact_comment": try .text(Self.comment(of: plan)),
            "comments": .list(comments),
        ])
        for (name, value) in try changedVariables(since: use.former as? RenamedTableBlueprint) { context[name] = value }
        return context
    }

    /// What makes a view; with `replaces` also where it is there already.
    private func view(
        _ view: QualifiedName,
        of target: QualifiedName,
        replaces: Bool = false
    ) throws(InvalidName) -> [String: TemplateValue] {
        [
            "view": .name(view), "view_text": try .text(view.quoted), "target": .name(target),
            "replaces": .flag(replaces),
        ]
    }

    private func variables(_ object: Object) throws(InvalidName) -> [String: TemplateValue] {
        [
            "before": .identifier(object.before), "after": .identifier(object.after),
            "is_after": .condition(try exists(object.kind, object.after)),
            "is_before": .condition(try exists(object.kind, object.before)),
            "rename": .condition(statement(object.kind, object.before, object.after)),
            "rename_back": .condition(statement(object.kind, object.after, object.before)),
        ]
    }

    private func exists(_ kind: Object.Kind, _ name: Identifier) throws(InvalidName) -> String {
        let relation = try Literal(settled.quoted).quoted
        let text = try Literal(name.name).quoted
        switch kind {
        case .index, .sequence:
            return
                "to_regclass(\(try Literal(QualifiedName(schema: table.schema, name: name).quoted).quoted)) IS NOT NULL"
        case .constraint:
            return
                "EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = to_regclass(\(relation)) AND conname = \(text))"
        case .trigger:
            return
                "EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = to_regclass(\(relation)) AND tgname = \(text))"
        }
    }

    private func statement(_ kind: Object.Kind, _ before: Identifier, _ after: Identifier) -> String {
        let qualified = QualifiedName(schema: table.schema, name: before).quoted
        return switch kind {
        case .index: "ALTER INDEX \(qualified) RENAME TO \(after.quoted)"
        case .sequence: "ALTER SEQUENCE \(qualified) RENAME TO \(after.quoted)"
        case .constraint: "ALTER TABLE \(settled.quoted) RENAME CONSTRAINT \(before.quoted) TO \(after.quoted)"
        case .trigger: "ALTER TRIGGER \(before.quoted) ON \(settled.quoted) RENAME TO \(after.quoted)"
        }
    }

    package static let specimen: RenamedTableBlueprint = {
        let name = Identifier(shortening: "name")
        return RenamedTableBlueprint(
            plan: "specimen",
            table: QualifiedName(schema: nil, name: name),
            new: Identifier(shortening: "new"),
            owner: name,
            hasRowSecurity: true,
            columns: [Column(name: name, default: ServerText("1"), comment: "comment")],
            grants: [Grant(privilege: ServerText("SELECT"), grantee: name, isGrantable: true)],
            objects: [Object(kind: .index, before: name, after: name)]
        )
    }()
}
