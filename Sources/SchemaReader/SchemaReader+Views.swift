import Postgres
import SQL
import Schema

extension SchemaReader {
    private static let viewColumns = """
        c.oid, t.oid, t.typarray, n.nspname, c.relname, pg_get_userbyid(c.relowner), \(grants("c.relacl", owner: "c.relowner")),
        pg_get_viewdef(c.oid), coalesce(c.reloptions, '{}')
        """

    /// What `viewColumns` hold.
    private struct Head {
        let oid: UInt32
        let types: [UInt32]
        let name: QualifiedName
        let ownership: DatabaseSchema.Entry.Ownership
        let query: ServerText
        let options: [String]

        init(_ fields: inout FieldCursor) throws(PostgresError) {
            oid = try fields.next()
            types = [try fields.next(), try fields.next()]
            name = try fields.name()
            ownership = try .init(&fields, .table)
            query = try fields.statement()
            options = try fields.next([String].self).sorted()
        }
    }

    private mutating func keep(_ id: ObjectID, _ head: Head, _ object: any SchemaObject) {
        let address = Address(.relation, head.oid)
        keep(id, head.ownership.entry(object), at: address)
        guard objects[address] != nil else { return }
        for type in head.types { objects[Address(.type, type)] = id }
    }

    mutating func readViews() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT \(Self.viewColumns), \(Self.columnArrays("c.oid"))
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = c.reltype
             WHERE c.relkind = 'v' AND c.relpersistence <> 't' AND \(Self.visible("c.relnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let head = try Head(&fields)
            var view = try View(columns: fields.columns(), query: head.query)
            view.options = head.options
            keep(.view(head.name), head, view)
        }
    }

    mutating func readMaterializedViews() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT \(Self.viewColumns), CASE WHEN am.amname <> 'heap' THEN am.amname END, ts.spcname, c.relispopulated,
                   (SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisclustered)
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = c.reltype
              LEFT JOIN pg_am am ON am.oid = c.relam LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
             WHERE c.relkind = 'm' AND \(Self.visible("c.relnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let head = try Head(&fields)
            var view = MaterializedView(query: head.query)
            view.options = head.options
            view.accessMethod = try fields.nextIfPresent()
            view.tablespace = try fields.nextIfPresent()
            view.isPopulated = try fields.next()
            view.clusteredOn = try fields.nextIfPresent()
            keep(.materializedView(head.name), head, view)
        }
    }
}
