import Postgres
import SQL
import Schema

extension SchemaReader {
    mutating func readStatistics() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT s.oid, s.stxrelid, n.nspname, s.stxname, pg_get_userbyid(s.stxowner), pg_get_statisticsobjdef(s.oid),
                   CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget END
              FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE \(Self.visible("s.stxnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            let table = try objects[Address(.relation, fields.next())]
            let id = try ObjectID.statistics(fields.name())
            let owner: Identifier = try fields.next()
            var statistics = try ExtendedStatistics(definition: fields.text())
            statistics.target = try fields.nextIfPresent()
            var entry = DatabaseSchema.Entry(statistics)
            entry.owner = owner
            keep(id, entry, at: Address(.statistics, oid))
            if let table { schema.note(id, dependsOn: table, .automatic) }
        }
    }

    mutating func readPublications() throws(PostgresError) {
        let rows = try connection.query(
            """
            SELECT oid, pubname, pg_get_userbyid(pubowner), puballtables, array_remove(ARRAY[
                   CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END,
                   CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubtruncate THEN 'truncate' END], NULL), pubviaroot
              FROM pg_publication
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            let id = try ObjectID.publication(fields.next())
            let owner: Identifier = try fields.next()
            let isForAllTables: Bool = try fields.next()
            var publication = try Publication(operations: fields.next())
            publication.isForAllTables = isForAllTables
            publication.publishesViaRoot = try fields.next()
            var entry = DatabaseSchema.Entry(publication)
            entry.owner = owner
            keep(id, entry, at: Address(.publication, oid))
        }
        try readPublicationTables()
        if connection.serverVersion >= 150000 { try readPublicationSchemas() }
    }

    private mutating func readPublicationTables() throws(PostgresError) {
        let detail =
            connection.serverVersion >= 150000
            ? """
            ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs) ORDER BY a.attnum),
            pg_get_expr(r.prqual, r.prrelid)
            """ : "'{}'::text[], NULL"
        for row in try connection.query("SELECT r.oid, r.prpubid, r.prrelid, \(detail) FROM pg_publication_rel r") {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            guard case .publication(let publication) = objects[Address(.publication, try fields.next())],
                case .table(let name) = objects[Address(.relation, try fields.next())]
            else { continue }
            let id = ObjectID.publicationTable(publication, name)
            var table = PublicationTable()
            table.columns = try fields.next()
            table.filter = try fields.textIfPresent()
            keep(id, .init(table), at: Address(.publicationTable, oid))
            schema.note(id, dependsOn: .publication(publication), .automatic)
            schema.note(id, dependsOn: .table(name), .automatic)
        }
    }

    private mutating func readPublicationSchemas() throws(PostgresError) {
        for row in try connection.query("SELECT oid, pnpubid, pnnspid FROM pg_publication_namespace") {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            guard case .publication(let publication) = objects[Address(.publication, try fields.next())],
                case .schema(let name) = objects[Address(.schema, try fields.next())]
            else { continue }
            let id = ObjectID.publicationSchema(publication, name)
            keep(id, .init(PublicationSchema()), at: Address(.publicationSchema, oid))
            schema.note(id, dependsOn: .publication(publication), .automatic)
            schema.note(id, dependsOn: .schema(name), .automatic)
        }
    }

    mutating func readDefaultPrivileges() throws(PostgresError) {
        let rows = try connection.query(
            """
            SELECT pg_get_userbyid(d.defaclrole), n.nspname, d.defaclobjtype, \(Self.grants("d.defaclacl", owner: "d.defaclrole"))
              FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let role: Identifier = try fields.next()
            let namespace: Identifier? = try fields.nextIfPresent()
            let kind: DefaultPrivileges.Scope.Kind
            switch try fields.next(String.self) {
            case "r": kind = .tables
            case "S": kind = .sequences
            case "f": kind = .routines
            case "T": kind = .types
            case "n": kind = .schemas
            default: continue
            }
            if let namespace, schema.entries[.schema(namespace)] == nil { continue }
            let scope = DefaultPrivileges.Scope(role: role, schema: namespace, kind: kind)
            let id = ObjectID.defaultPrivileges(scope)
            schema.entries[id] = try .init(DefaultPrivileges(grants: fields.grants() ?? [], scope: scope))
            if let namespace { schema.note(id, dependsOn: .schema(namespace), .automatic) }
        }
    }

    mutating func readComments() throws(PostgresError) {
        for row in try connection.query(
            "SELECT classoid, objoid, objsubid, description FROM pg_description WHERE objoid >= 2200"
        ) {
            var fields = FieldCursor(row)
            let address = try Address(catalog: fields.next(), object: fields.next(), part: fields.next())
            if let id = objects[address] { schema.entries[id]?.comment = try fields.next() }
        }
    }

    /// What is in the visible schemas and is not modelled.
    mutating func readNotCompared() throws(PostgresError) {
        let kinds: [(name: String, table: String, condition: String, catalog: String)] = [
            ("operator", "pg_operator o", Self.visible("oprnamespace"), "pg_operator"),
            ("operator class", "pg_opclass o", Self.visible("opcnamespace"), "pg_opclass"),
            ("collation", "pg_collation o", Self.visible("collnamespace"), "pg_collation"),
            ("conversion", "pg_conversion o", Self.visible("connamespace"), "pg_conversion"),
            ("text search configuration", "pg_ts_config o", Self.visible("cfgnamespace"), "pg_ts_config"),
            ("text search dictionary", "pg_ts_dict o", Self.visible("dictnamespace"), "pg_ts_dict"),
            ("base type", "pg_type o", "typtype = 'b' AND typelem = 0 AND \(Self.visible("typnamespace"))", "pg_type"),
            ("foreign table", "pg_class o", "relkind = 'f' AND \(Self.visible("relnamespace"))", "pg_class"),
            ("cast", "pg_cast o", "oid >= 16384", "pg_cast"),
            ("event trigger", "pg_event_trigger o", "oid >= 16384", "pg_event_trigger"),
            ("foreign server", "pg_foreign_server o", "oid >= 16384", "pg_foreign_server"),
            ("procedural language", "pg_language o", "oid >= 16384", "pg_language"),
            ("access method", "pg_am o", "oid >= 16384", "pg_am"),
        ]
        let counts = kinds.map { kind in
            """
            SELECT '\(kind.name)', count(*) FROM \(kind.table) WHERE \(kind.condition)
               AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '\(kind.catalog)'::regclass AND e.objid = o.oid AND e.deptype = 'e')
            HAVING count(*) > 0
            """
        }
        for row in try rows(counts.joined(separator: " UNION ALL ")) {
            var fields = FieldCursor(row)
            schema.notCompared[try fields.next()] = try fields.next()
        }
    }
}
