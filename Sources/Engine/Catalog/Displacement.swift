import Postgres
import Workflow

/// A table, view or column of a run that has another name, and the way back.
struct Displacement: Sendable, Hashable {
    /// What has happened to it.
    let sentence: String
    /// The statements that give it its place back.
    let remedy: String

    static func read(_ record: RunRecord, on connection: Connection) throws -> [Displacement] {
        let tables = try DisplacedTable.read(record, on: connection)
        guard tables.isEmpty else { return tables.map { Displacement(sentence: $0.sentence, remedy: $0.remedy) } }
        return try DisplacedColumn.read(record, on: connection).map {
            Displacement(sentence: $0.sentence, remedy: $0.remedy)
        }
    }
}
