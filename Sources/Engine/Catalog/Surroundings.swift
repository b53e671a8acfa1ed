import Postgres
import SQL
import Workflow

/// Finds what the server keeps no dependencies of, and a change breaks all the same: by the names that the change takes away
/// and adds, whatever its kind.
struct Surroundings {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    func findings(of blueprint: any RenderedBlueprint) throws -> [Finding] {
        try arguments(blueprint) + ColumnImpacts(connection).findings(additions(blueprint))
            + blueprint.addedColumns.flatMap { try TableRoom(connection).findings($0) }
            + LedgerPublications(connection).findings()
    }

    private func arguments(_ blueprint: any RenderedBlueprint) throws -> [Finding] {
        let recreated = try blueprint.recreatedTriggers.filter { $0.keepsArguments != true }.map {
            ($0.name, try TriggerDefinition(parsing: $0.withNew))
        }
        let successors = blueprint.successors.map { ($0.key, $0.value) }
        return try TriggerArguments(connection).findings(
            TriggerArguments.Names(
                legacy: (blueprint.legacyNames ?? []).flatMap(\.single),
                retyped: blueprint.retyped,
                successors: Dictionary(successors) { first, _ in first },
                recreated: Dictionary(recreated) { _, last in last }
            )
        )
    }

    private func additions(_ blueprint: any RenderedBlueprint) -> [ColumnImpacts.Addition] {
        let losing = ((blueprint.legacyNames ?? []).filter { !$0.columns.isEmpty } + blueprint.retyped).map(\.table)
        return blueprint.addedColumns.map {
            ColumnImpacts.Addition(shape: $0, losesColumn: losing.contains($0.table))
        }
    }
}

extension NamedShape {
    /// A shape for each column; the table itself where it is one.
    fileprivate var single: [NamedShape] {
        columns.isEmpty ? [self] : columns.map { NamedShape(table: table, columns: [$0]) }
    }
}
