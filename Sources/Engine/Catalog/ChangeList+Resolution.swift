import Postgres
import SQL
import Workflow

extension ChangeList: ResolvedKind {
    /// Resolves each change as a plan of its own would, and finds what only their being together brings about.
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        var members: [ChangeListBlueprint.Member] = []
        var findings: [Finding] = []
        for (place, change) in changes.enumerated() {
            guard let kind = change.kind as? any ResolvedKind else { continue }
            var own = plan
            own.name = plan.name.member(place + 1)
            own.change = change
            let resolved = try kind.resolve(in: own, on: connection, isGlance: isGlance)
            members.append(ChangeListBlueprint.Member(line: kind.line, blueprint: resolved.blueprint))
            findings += resolved.findings.filter { !findings.contains($0) }
        }
        let listed = members.compactMap { $0.blueprint as? any ListedBlueprint }
        var blueprint = ChangeListBlueprint(
            plan: plan.name.text,
            table: listed.first?.table ?? table,
            keyColumns: listed.first?.keyColumns ?? [],
            members: members
        )
        let together = Together(connection: connection, blueprint: blueprint)
        findings += try together.findings()
        if !isGlance { try together.readViews(into: &blueprint, &findings) }
        return Resolution(blueprint: blueprint, findings: findings)
    }
}

/// What several changes of one table have to do with each other.
private struct Together {
    let connection: Connection
    let blueprint: ChangeListBlueprint

    private var members: [(line: String, blueprint: any ListedBlueprint)] {
        blueprint.members.compactMap { member in
            (member.blueprint as? any ListedBlueprint).map { (member.line, $0) }
        }
    }

    func findings() throws -> [Finding] { try overlaps() + spanning() + told() }

    /// A trigger that is told columns of two changes: each would create it again with one of the names.
    private func told() -> [Finding] {
        let names = blueprint.members.flatMap { member in Set(member.blueprint.recreatedTriggers.map(\.name)) }
        let shared = Dictionary(grouping: names, by: \.self).filter { $1.count > 1 }.keys.sorted()
        return shared.map { name in
            let message = "trigger \(name) has names of columns of two changes of the plan"
            return Finding("one-column", .refused, message, hint: "make them one after the other")
        }
    }

    /// Two changes of one column would each write what the other keeps in sync.
    private func overlaps() -> [Finding] {
        var findings: [Finding] = []
        for (place, first) in members.enumerated() {
            for second in members.dropFirst(place + 1) where first.blueprint.collides(with: second.blueprint) {
                let message = "two changes of the plan are about one column: \(first.line), and \(second.line)"
                findings.append(Finding("one-column", .refused, message, hint: "make them one after the other"))
            }
            for other in members where other.line != first.line {
                for column in first.blueprint.reads where other.blueprint.outgoing.contains(column) {
                    let message = "\(first.line) is computed from \(column), which is gone after: \(other.line)"
                    findings.append(Finding("one-column", .refused, message, hint: "make them one after the other"))
                }
            }
        }
        return findings
    }

    /// An index, constraint or trigger of columns of two changes would be carried over by each, and be right in neither.
    private func spanning() throws -> [Finding] {
        let columns = members.enumerated().flatMap { place, member in member.blueprint.outgoing.map { (place, $0) } }
        return try connection.queryKept(
            """
            WITH outgoing AS (
              SELECT a.attrelid, a.attnum, o.change FROM unnest($2::text[], $3::int[]) AS o (name, change)
                JOIN pg_attribute a ON a.attrelid = to_regclass($1) AND a.attname = o.name AND NOT a.attisdropped
            )
            SELECT pg_describe_object(d.classid, d.objid, 0) AS object FROM pg_depend d JOIN outgoing o
                ON d.refclassid = 'pg_class'::regclass AND d.refobjid = o.attrelid AND d.refobjsubid = o.attnum
             WHERE d.classid IN ('pg_constraint'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_statistic_ext'::regclass)
                OR (d.classid = 'pg_class'::regclass AND (SELECT relkind IN ('i', 'I') FROM pg_class WHERE oid = d.objid))
             GROUP BY d.classid, d.objid HAVING count(DISTINCT o.change) > 1 ORDER BY 1
            """,
            [blueprint.table.quoted, columns.map { $0.1.name }, columns.map { Int64($0.0) }]
        ).map { row in
            let message = "\(try row.decode("object", as: String.self)) contains columns of two changes of the plan"
            return Finding("one-column", .refused, message, hint: "make them one after the other")
        }
    }

    /// A view of columns of several changes is switched by one after the other.
    func readViews(into list: inout ChangeListBlueprint, _ findings: inout [Finding]) throws {
        let places = list.members.indices.filter { place in
            (list.members[place].blueprint as? SameRowBlueprint).map { $0.mapping?.changesValues != true } ?? false
        }
        let replaced = places.compactMap { list.members[$0].blueprint as? SameRowBlueprint }
        guard replaced.contains(where: { !$0.views.isEmpty }), replaced.count > 1 else { return }
        let read = try connection.rolledBack { connection in
            let relation = try RelationLookup(connection).find(list.table)
            let columns = try TableReader(connection, relation).read().columns
            return try ViewReader(connection, relation).read(
                replaced.map { .init($0.column, $0.new, $0.mapping, isThere: columns.contains($0.new)) }
            )
        }
        findings.removeAll { $0.id == "view" && $0.weight == .carried }
        for (place, views) in zip(places, read) {
            guard var member = list.members[place].blueprint as? SameRowBlueprint else { continue }
            member.views = views.switched
            list.members[place].blueprint = member
            findings += views.findings.filter { !findings.contains($0) }
        }
    }
}
