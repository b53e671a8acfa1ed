import Postgres
import SQL
import Schema

extension SchemaReader {
    mutating func readConstraints() throws(PostgresError) {
        let isEnforced = connection.serverVersion >= 180000 ? "k.conenforced" : "true"
        let rows = try rows(
            """
            SELECT k.oid, k.conrelid, coalesce(x.oid, 0), k.conname, k.contype,
                   CASE WHEN NOT k.convalidated AND \(isEnforced) THEN regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '')
                        ELSE pg_get_constraintdef(k.oid) END, k.convalidated OR NOT \(isEnforced),
                   CASE WHEN k.contype IN ('p', 'u') THEN coalesce(x.reloptions, '{}') ELSE '{}' END, ts.spcname,
                   k.coninhcount > 0 AND NOT k.conislocal AND k.contype = 'c', c.relkind = 'p',
                   pn.nspname, px.relname
              FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
              LEFT JOIN pg_class x ON x.oid = k.conindid AND k.contype IN ('p', 'u', 'x')
              LEFT JOIN pg_tablespace ts ON ts.oid = x.reltablespace
              LEFT JOIN (pg_inherits i JOIN pg_class px ON px.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = px.relnamespace)
                     ON i.inhrelid = x.oid
             WHERE k.contype IN ('c', 'p', 'u', 'f', 'x') AND NOT (k.contype = 'f' AND k.conparentid <> 0)
               AND \(Self.visible("c.relnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            let relation: UInt32 = try fields.next()
            let index: UInt32 = try fields.next()
            guard case .table(let table) = objects[Address(.relation, relation)] else { continue }
            let id = try ObjectID.constraint(table, fields.next())
            let kind: Constraint.Kind =
                switch try fields.next(String.self) {
                case "p": .primaryKey
                case "u": .unique
                case "f": .foreignKey
                case "x": .exclusion
                default: .check
                }
            var constraint = try Constraint(kind, definition: fields.text())
            constraint.isValid = try fields.next()
            constraint.options = try fields.next()
            constraint.tablespace = try fields.nextIfPresent()
            constraint.isInherited = try fields.next()
            constraint.isOfPartitionedTable = try fields.next()
            keep(id, .init(constraint), at: Address(.constraint, oid))
            schema.note(id, dependsOn: .table(table), .automatic)
            guard index != 0 else { continue }
            objects[Address(.relation, index)] = id
            guard case .constraint(_, let name) = id, let parent = try fields.nameIfPresent() else { continue }
            attach(QualifiedName(schema: table.schema, name: name), id, to: parent)
        }
    }

    /// Records an index as the part of another.
    private mutating func attach(_ name: QualifiedName, _ id: ObjectID, to parent: QualifiedName) {
        let attachment = ObjectID.indexAttachment(name)
        schema.entries[attachment] = .init(IndexAttachment(parent: parent))
        schema.note(attachment, dependsOn: id, .automatic)
    }

    mutating func readIndexes() throws(PostgresError) {
        let rows = try rows(
            """
            SELECT x.oid, i.indrelid, n.nspname, x.relname, pg_get_indexdef(x.oid), ts.spcname, i.indisvalid OR x.relkind = 'I',
                   pn.nspname, px.relname
              FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_namespace n ON n.oid = x.relnamespace
              LEFT JOIN pg_tablespace ts ON ts.oid = x.reltablespace
              LEFT JOIN (pg_inherits h JOIN pg_class px ON px.oid = h.inhparent JOIN pg_namespace pn ON pn.oid = px.relnamespace)
                     ON h.inhrelid = x.oid
             WHERE \(Self.visible("x.relnamespace"))
            """
        )
        for row in rows {
            var fields = FieldCursor(row)
            let oid: UInt32 = try fields.next()
            let relation: UInt32 = try fields.next()
            // That of a constraint is the constraint.
            guard objects[Address(.relation, oid)] == nil, let table = objects[Address(.relation, relation)] else {
                continue
            }
            let name = try fields.name()
            var index = try Index(definition: fields.text())
            index.tablespace = try fields.nextIfPresent()
            index.isValid = try fields.next()
            keep(.index(name), .init(index), at: Address(.relation, oid))
            schema.note(.index(name), dependsOn: table, .automatic)
            if let parent = try fields.nameIfPresent() { attach(name, .index(name), to: parent) }
        }
        connectIndexParts()
    }

    /// The parents of index parts, by name, when all indexes are known.
    private mutating func connectIndexParts() {
        var indexes: [QualifiedName: ObjectID] = [:]
        for id in schema.entries.keys {
            switch id {
            case .index(let name): indexes[name] = id
            case .constraint(let table, let name): indexes[QualifiedName(schema: table.schema, name: name)] = id
            default: break
            }
        }
        for (id, part) in schema.objects(IndexAttachment.self) {
            guard let parent = indexes[part.parent] else { continue }
            schema.note(id, dependsOn: parent, .automatic)
            guard case .indexAttachment(let name) = id, let index = indexes[name] else { continue }
            // A part cannot be dropped, but goes with the whole.
            schema.note(index, dependsOn: parent, .automatic)
        }
    }
}
