package import Postgres
import SQL
package import Workflow

extension Redefinition {
    /// The same from the other column's side.
    fileprivate var reversed: Redefinition {
        var copy = Redefinition(
            object: object,
            found: (unchanged: asMade, asMade: unchanged),
            withOld: withNew,
            withNew: withOld
        )
        copy.followsNames = followsNames
        return copy
    }
}

extension SameRowBlueprint {
    /// The copy is the younger column, so that the place of what is set aside tells which of both it is.
    package func asContracted(on connection: Connection) throws -> SameRowBlueprint {
        let row = try connection.query(
            """
            SELECT a.attnum > l.attnum AS exchanged
              FROM pg_attribute a JOIN pg_attribute l ON l.attrelid = a.attrelid AND l.attname = $3 AND NOT l.attisdropped
             WHERE a.attrelid = to_regclass($1) AND a.attname = $2 AND NOT a.attisdropped
            """,
            [table.quoted, retired, live]
        ).first
        guard let isExchanged = try row?.decode("exchanged", as: Bool.self) else { return self }
        var copy = self
        if isExchanged != self.isExchanged { copy.exchanges = isExchanged ? true : nil }
        copy.redefinitions = isExchanged ? [] : try redefinedByNow(on: connection)
        return copy
    }

    /// What names the new column by now, and how undo lets it name the old one again: read as contract reads it, with the
    /// columns in each other's place.
    ///
    /// For another type it stays as contract began: what is written for other values is not read back.
    private func redefinedByNow(on connection: Connection) throws -> [Redefinition] {
        let known = redefinitions ?? []
        guard mapping == nil else { return known }
        let found = try connection.rolledBack { connection in
            let relation = try RelationLookup(connection).find(table)
            let column = RedefinitionReader.Replacement(old: live, new: old, retired: retired)
            return try RedefinitionReader(connection, relation).read(column).others.map(\.reversed)
        }
        return Set(found.map(\.object)) == Set(known.map(\.object)) ? known : found
    }
}
