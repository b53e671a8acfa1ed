import Postgres
import SQL
import Schema

extension SchemaReader {
    mutating func readTables() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT c.oid, c.reltype, t.typarray, n.nspname, c.relname, pg_get_userbyid(c.relowner),
                   \(Self.grants("c.relacl", owner: "c.relowner")),
                   c.relpersistence = 'u', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
                   ofn.nspname, oft.typname,
                   coalesce(c.reloptions, '{}') || ARRAY(SELECT 'toast.' || o FROM unnest(toast.reloptions) o),
                   CASE WHEN am.amname <> 'heap' THEN am.amname END, ts.spcname,
                   c.relrowsecurity, c.relforcerowsecurity, c.relreplident,
                   (SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident),
                   (SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisclustered)
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_type t ON t.oid = c.reltype
              LEFT JOIN (pg_type oft JOIN pg_namespace ofn ON ofn.oid = oft.typnamespace) ON oft.oid = c.reloftype AND c.reloftype <> 0
              LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
              LEFT JOIN pg_am am ON am.oid = c.relam
              LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace
             WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND \(Self.visible("c.relnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            let rowType: UInt32 = try fields.next()
            let array: UInt32? = try fields.nextIfPresent()
            let id = try ObjectID.table(fields.name())
            let owner: Identifier = try fields.next()
            let privileges = try Privileges(.table, grants: fields.grants())
            var entry = DatabaseSchema.Entry(try Self.table(&fields))
            entry.owner = owner
            entry.privileges = privileges
            keep(id, entry, at: Address(.relation, oid))
            guard objects[Address(.relation, oid)] != nil else { continue }
            objects[Address(.type, rowType)] = id
            if let array { objects[Address(.type, array)] = id }
        }
    }

    private static func table(_ fields: inout FieldCursor) throws(PostgresError) -> Table {
        var table = Table()
        table.isUnlogged = try fields.next()
        table.partitionKey = try fields.textIfPresent()
        table.rowType = try fields.nameIfPresent()
        table.options = try fields.next([String].self).sorted()
        table.accessMethod = try fields.nextIfPresent()
        table.tablespace = try fields.nextIfPresent()
        table.hasRowSecurity = try fields.next()
        table.forcesRowSecurity = try fields.next()
        let identity: String = try fields.next()
        let identityIndex: Identifier? = try fields.nextIfPresent()
        switch identity {
        case "n": table.replicaIdentity = .nothing
        case "f": table.replicaIdentity = .full
        case "i": if let identityIndex { table.replicaIdentity = .index(identityIndex) }
        default: break
        }
        table.clusteredOn = try fields.nextIfPresent()
        return table
    }

    mutating func readColumns() throws(PostgresError) {
        let notNullName =
            connection.serverVersion >= 180000
            ? """
            (SELECT conname FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n' AND k.conkey[1] = a.attnum
                AND k.conname <> left(c.relname || '_' || a.attname || '_not_null', 63))
            """ : "NULL"
        let rows = try rows(
            """
            SELECT c.oid, a.attnum, d.oid, a.attname, format_type(a.atttypid, a.atttypmod), cn.nspname, coll.collname, a.attnotnull,
                   CASE WHEN a.attnotnull THEN \(notNullName) END, a.attgenerated, pg_get_expr(d.adbin, d.adrelid),
                   CASE WHEN a.attstorage <> t.typstorage THEN
                       CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' WHEN 'm' THEN 'MAIN' END END,
                   CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
                   CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END, coalesce(a.attoptions, '{}'),
                   a.attinhcount > 0 AND NOT a.attislocal, \(Self.grants("a.attacl", owner: "c.relowner")),
                   a.attidentity, sn.nspname, sc.relname, \(Self.sequenceColumns)
              FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
              LEFT JOIN (pg_collation coll JOIN pg_namespace cn ON cn.oid = coll.collnamespace)
                     ON coll.oid = a.attcollation AND a.attcollation <> t.typcollation
              LEFT JOIN (pg_depend sd JOIN pg_sequence s ON s.seqrelid = sd.objid
                         JOIN pg_class sc ON sc.oid = sd.objid JOIN pg_namespace sn ON sn.oid = sc.relnamespace)
                     ON a.attidentity <> '' AND sd.classid = 'pg_class'::regclass AND sd.refclassid = 'pg_class'::regclass
                    AND sd.refobjid = a.attrelid AND sd.refobjsubid = a.attnum AND sd.deptype = 'i'
             WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND a.attnum > 0 AND NOT a.attisdropped
               AND \(Self.visible("c.relnamespace"))
            """
        )
        for row in rows { try keepColumn(row) }
    }

    /// The options of a sequence `s`, as `FieldCursor.sequence` takes them.
    static let sequenceColumns = """
        format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle
        """

    private mutating func keepColumn(_ row: Row) throws(PostgresError) {
        var fields = FieldCursor(row)
        let relation: UInt32 = try fields.next()
        let number: Int32 = try fields.next()
        let defaultOID: UInt32? = try fields.nextIfPresent()
        guard case .table(let table) = objects[Address(.relation, relation)] else { return }
        let name: Identifier = try fields.next()
        var column = try Column(type: fields.text())
        column.collation = try fields.nameIfPresent()
        column.isNotNull = try fields.next()
        column.notNullName = try fields.nextIfPresent()
        let generated: String = try fields.next()
        let expression = try fields.textIfPresent()
        if !generated.isEmpty, let expression {
            column.generation = .init(expression: expression, isStored: generated == "s")
        }
        column.storage = try fields.nextIfPresent()
        column.compression = try fields.nextIfPresent()
        column.statistics = try fields.nextIfPresent()
        column.options = try fields.next()
        column.isInherited = try fields.next()
        let grants = try fields.grants()
        let identity: String = try fields.next()
        if let sequence = try fields.nameIfPresent() {
            column.identity = try .init(
                kind: identity == "a" ? .always : .byDefault,
                sequence: sequence,
                options: fields.sequence()
            )
        }
        let id = ObjectID.column(table, name)
        var entry = DatabaseSchema.Entry(column)
        entry.position = Int(number)
        entry.privileges = Privileges(.column, grants: grants)
        keep(id, entry, at: Address(.relation, relation, number))
        schema.note(id, dependsOn: .table(table), .automatic)
        guard let defaultOID, let expression else { return }
        if column.generation != nil {
            objects[Address(.columnDefault, defaultOID)] = id
        } else {
            let defaultID = ObjectID.columnDefault(table, name)
            keep(defaultID, .init(ColumnDefault(expression: expression)), at: Address(.columnDefault, defaultOID))
            schema.note(defaultID, dependsOn: id, .automatic)
        }
    }

    /// Parents: of partitions as objects, of plain inheritance in the table.
    mutating func readAttachments() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT i.inhrelid, i.inhparent, c.relispartition, pg_get_expr(c.relpartbound, c.oid)
              FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
             WHERE c.relkind IN ('r', 'p') AND \(Self.visible("c.relnamespace"))
             ORDER BY i.inhrelid, i.inhseqno
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            guard case .table(let child) = objects[Address(.relation, try fields.next())],
                case .table(let parent) = objects[Address(.relation, try fields.next())]
            else { continue }
            let isPartition: Bool = try fields.next()
            guard isPartition, let bounds = try fields.textIfPresent() else {
                guard var table = schema.entries[.table(child)]?.object as? Table else { continue }
                table.parents.append(parent)
                schema.entries[.table(child)]?.object = table
                schema.note(.table(child), dependsOn: .table(parent), .normal)
                continue
            }
            let id = ObjectID.attachment(child)
            schema.entries[id] = .init(Attachment(parent: parent, bounds: bounds))
            schema.note(id, dependsOn: .table(child), .automatic)
            schema.note(id, dependsOn: .table(parent), .normal)
        }
    }

    mutating func readSequences() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT c.oid, n.nspname, c.relname, pg_get_userbyid(c.relowner), \(Self.grants("c.relacl", owner: "c.relowner")),
                   c.relpersistence = 'u', \(Self.sequenceColumns), d.refobjid, d.refobjsubid, a.attname
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
              LEFT JOIN (pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid)
                     ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
             WHERE c.relpersistence <> 't' AND \(Self.visible("c.relnamespace"))
               AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_class'::regclass AND i.objid = c.oid
                                  AND i.refclassid = 'pg_class'::regclass AND i.deptype = 'i')
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            let name = try fields.name()
            let owner: Identifier = try fields.next()
            let grants = try fields.grants()
            let isUnlogged: Bool = try fields.next()
            var sequence = try SequenceObject(options: fields.sequence())
            // A sequence of an unlogged table is unlogged by itself since PostgreSQL 15.
            sequence.isUnlogged = isUnlogged
            var entry = DatabaseSchema.Entry(sequence)
            entry.owner = owner
            entry.privileges = Privileges(.sequence, grants: grants)
            keep(.sequence(name), entry, at: Address(.relation, oid))
            guard schema.entries[.sequence(name)] != nil, let relation: UInt32 = try fields.nextIfPresent(),
                case .column(let table, let column) = objects[Address(.relation, relation, try fields.next())]
            else { continue }
            let id = ObjectID.sequenceOwner(name)
            schema.entries[id] = .init(SequenceOwner(table: table, column: column))
            schema.note(id, dependsOn: .sequence(name), .automatic)
            schema.note(id, dependsOn: .column(table, column), .normal)
        }
    }
}

extension FieldCursor {
    /// The columns that `SchemaReader.sequenceColumns` names.
    mutating func sequence() throws(PostgresError) -> SequenceOptions {
        var options = try SequenceOptions(type: text())
        options.start = try next()
        options.increment = try next()
        options.minimum = try next()
        options.maximum = try next()
        options.cache = try next()
        options.cycles = try next()
        return options
    }
}
