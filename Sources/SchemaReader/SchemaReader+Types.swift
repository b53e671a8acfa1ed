import Postgres
import SQL
import Schema

extension SchemaReader {
    mutating func readExtensions() throws(PostgresError) {
        let rows = try connection.query(
            """
            SELECT e.oid, extname, nspname, extversion, pg_get_userbyid(extowner)
              FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace
            """
        )
        var names: [UInt32: ObjectID] = [:]
        for row in rows {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            let id = try ObjectID.extension(fields.next())
            var entry = try DatabaseSchema.Entry(InstalledExtension(schema: fields.next(), version: fields.next()))
            entry.owner = try fields.next()
            names[oid] = id
            keep(id, entry, at: Address(.extension, oid))
        }
        for row in try connection.query("SELECT classid, objid, refobjid FROM pg_depend WHERE deptype = 'e'") {
            var fields = FieldCursor(row)
            let address = try Address(catalog: fields.next(), object: fields.next(), part: 0)
            members[address] = try names[fields.next()]
        }
    }

    mutating func readNamespaces() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT oid, nspname, pg_get_userbyid(nspowner), \(Self.grants("nspacl", owner: "nspowner"))
              FROM pg_namespace n WHERE \(Self.visible("n.oid"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            let id = try ObjectID.schema(fields.next())
            var entry = DatabaseSchema.Entry(Namespace())
            entry.owner = try fields.next()
            entry.privileges = try Privileges(.schema, grants: fields.grants())
            keep(id, entry, at: Address(.schema, oid))
        }
    }

    /// The columns of a type's row that every kind of type has, as `readType` takes them.
    private static let typeColumns = """
        t.oid, t.typarray, n.nspname, t.typname, pg_get_userbyid(t.typowner), \(grants("t.typacl", owner: "t.typowner"))
        """

    /// What `typeColumns` hold; the array type goes with its element.
    private struct TypeHead {
        let oid: UInt32
        let array: UInt32
        let name: QualifiedName
        let owner: Identifier
        let privileges: Privileges

        init(_ fields: inout FieldCursor) throws(PostgresError) {
            oid = try fields.next()
            array = try fields.next()
            name = try fields.name()
            owner = try fields.next()
            privileges = try Privileges(.type, grants: fields.grants())
        }
    }

    private mutating func keep(_ head: TypeHead, _ object: any SchemaObject) {
        var entry = DatabaseSchema.Entry(object)
        entry.owner = head.owner
        entry.privileges = head.privileges
        keep(.type(head.name), entry, at: Address(.type, head.oid))
        if let id = objects[Address(.type, head.oid)], head.array != 0 { objects[Address(.type, head.array)] = id }
    }

    mutating func readEnums() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT \(Self.typeColumns), ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder)
              FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
             WHERE t.typtype = 'e' AND \(Self.visible("t.typnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let head = try TypeHead(&fields)
            try keep(head, EnumType(labels: fields.next()))
        }
    }

    mutating func readDomains() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT \(Self.typeColumns), format_type(t.typbasetype, t.typtypmod), cn.nspname, c.collname, t.typnotnull,
                   coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault))
              FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
              JOIN pg_type base ON base.oid = t.typbasetype
              LEFT JOIN (pg_collation c JOIN pg_namespace cn ON cn.oid = c.collnamespace)
                     ON c.oid = t.typcollation AND t.typcollation <> base.typcollation
             WHERE t.typtype = 'd' AND \(Self.visible("t.typnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let head = try TypeHead(&fields)
            var domain = try DomainType(base: fields.text())
            domain.collation = try fields.nameIfPresent()
            domain.isNotNull = try fields.next()
            domain.defaultValue = try fields.textIfPresent()
            keep(head, domain)
        }
    }

    mutating func readDomainConstraints() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT c.oid, n.nspname, t.typname, c.conname, pg_get_constraintdef(c.oid)
              FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
             WHERE c.contype = 'c' AND \(Self.visible("t.typnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            let domain = try fields.name()
            guard schema.entries[.type(domain)] != nil else { continue }
            let id = try ObjectID.domainConstraint(domain, fields.next())
            keep(id, .init(try DomainConstraint(definition: fields.text())), at: Address(.constraint, oid))
            schema.note(id, dependsOn: .type(domain), .automatic)
        }
    }

    mutating func readComposites() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT \(Self.typeColumns), t.typrelid, \(Self.columnArrays("t.typrelid"))
              FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_class r ON r.oid = t.typrelid
             WHERE t.typtype = 'c' AND r.relkind = 'c' AND \(Self.visible("t.typnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let head = try TypeHead(&fields)
            let relation: UInt32 = try fields.next()
            try keep(head, CompositeType(attributes: fields.columns()))
            objects[Address(.relation, relation)] = objects[Address(.type, head.oid)]
        }
    }

    mutating func readRanges() throws(PostgresError) {
        func function(_ column: String) -> String {
            """
            (SELECT nspname FROM pg_proc p JOIN pg_namespace pn ON pn.oid = p.pronamespace WHERE p.oid = \(column)),
            (SELECT proname FROM pg_proc p WHERE p.oid = \(column))
            """
        }
        let rows = try rows(
            """
            SELECT \(Self.typeColumns), r.rngmultitypid, format_type(r.rngsubtype, NULL), ocn.nspname, oc.opcname, cn.nspname, c.collname,
                   \(function("r.rngcanonical")), \(function("r.rngsubdiff")), mn.nspname, m.typname
              FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_range r ON r.rngtypid = t.oid
              JOIN pg_type s ON s.oid = r.rngsubtype
              JOIN pg_type m ON m.oid = r.rngmultitypid JOIN pg_namespace mn ON mn.oid = m.typnamespace
              LEFT JOIN (pg_opclass oc JOIN pg_namespace ocn ON ocn.oid = oc.opcnamespace) ON oc.oid = r.rngsubopc AND NOT oc.opcdefault
              LEFT JOIN (pg_collation c JOIN pg_namespace cn ON cn.oid = c.collnamespace)
                     ON c.oid = r.rngcollation AND r.rngcollation <> s.typcollation
             WHERE \(Self.visible("t.typnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let head = try TypeHead(&fields)
            let multirange: UInt32 = try fields.next()
            var range = try RangeType(subtype: fields.text())
            range.operatorClass = try fields.nameIfPresent()
            range.collation = try fields.nameIfPresent()
            range.canonical = try fields.nameIfPresent()
            range.difference = try fields.nameIfPresent()
            range.multirange = try fields.nameIfPresent()
            keep(head, range)
            objects[Address(.type, multirange)] = objects[Address(.type, head.oid)]
        }
    }

    /// The columns of a relation as three arrays of one length, as `FieldCursor.columns` takes them.
    static func columnArrays(_ relation: String) -> String {
        func array(_ value: String) -> String {
            """
            ARRAY(SELECT \(value) FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid
                    LEFT JOIN (pg_collation ac JOIN pg_namespace an ON an.oid = ac.collnamespace)
                           ON ac.oid = a.attcollation AND a.attcollation <> at.typcollation
                   WHERE a.attrelid = \(relation) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
            """
        }
        return [
            array("a.attname"), array("format_type(a.atttypid, a.atttypmod)"), array("coalesce(an.nspname, '')"),
            array("coalesce(ac.collname, '')"),
        ].joined(separator: ", ")
    }
}

extension FieldCursor {
    /// The columns that `SchemaReader.columnArrays` makes.
    mutating func columns() throws(PostgresError) -> [CompositeType.Attribute] {
        let names: [Identifier] = try next()
        let types: [String] = try next()
        let schemas: [String] = try next()
        let collations: [String] = try next()
        return names.indices.map { place in
            // Both are empty where the collation is the type's own.
            let collation = Identifier(columnText: collations[place]).map {
                QualifiedName(schema: Identifier(columnText: schemas[place]), name: $0)
            }
            return .init(name: names[place], type: ServerText(types[place]), collation: collation)
        }
    }
}
