import Postgres
import Schema

extension SchemaReader {
    /// The server's own record of what depends on what, between the objects that were read.
    mutating func readDependencies() throws(PostgresError) {
        // What an installation makes has lower numbers; of that only the schema public, 2200, is looked at.
        let rows = try connection.query(
            """
            SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype <> 'n'
              FROM pg_depend WHERE (refobjid >= 16384 OR refobjid = 2200 OR refclassid = 'pg_extension'::regclass) AND deptype NOT IN ('e', 'x')
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let dependant = try Address(catalog: fields.next(), object: fields.next(), part: fields.next())
            let other = try Address(catalog: fields.next(), object: fields.next(), part: fields.next())
            let isAutomatic: Bool = try fields.next()
            guard let id = object(at: dependant), let otherID = object(at: other) else { continue }
            schema.note(id, dependsOn: otherID, isAutomatic ? .automatic : .normal)
        }
    }

    /// The object, or what it is a part or a member of.
    private func object(at address: Address) -> ObjectID? {
        objects[address] ?? objects[address.whole] ?? members[address.whole]
    }
}
