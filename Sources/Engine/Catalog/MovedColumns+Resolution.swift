import Postgres
import Workflow

extension ExtractTable: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        Resolution(
            resolve(
                try MovedColumnsReader.facts(
                    from: from,
                    to: into,
                    columns: columns,
                    match: key,
                    makesTable: true,
                    plan: plan,
                    on: connection
                ),
                in: plan
            )
        )
    }
}

extension MoveColumns: ResolvedKind {
    func resolve(in plan: Plan, on connection: Connection, isGlance: Bool) throws -> Resolution {
        Resolution(
            resolve(
                try MovedColumnsReader.facts(
                    from: from,
                    to: to,
                    columns: columns,
                    match: match,
                    makesTable: false,
                    plan: plan,
                    on: connection
                ),
                in: plan
            )
        )
    }
}
