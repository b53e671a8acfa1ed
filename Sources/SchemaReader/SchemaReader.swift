package import Postgres
package import SQL
package import Schema

/// Reads a database's schema, with one query for each kind of object.
///
/// **Invariant:** nothing is written: all queries run in one read-only transaction, and read catalogs that every role may.
package struct SchemaReader {
    let connection: Connection
    let excluded: [Identifier]
    var schema = DatabaseSchema()
    /// The objects by their rows in the catalogs.
    var objects: [Address: ObjectID] = [:]
    /// What came with an extension, and is not looked at.
    var members: [Address: ObjectID] = [:]

    /// Reads all schemas but the server's own and those named; objects in these are as if they were not there.
    package static func read(
        _ connection: Connection,
        excluding excluded: [Identifier] = []
    ) throws -> DatabaseSchema {
        try connection.transaction { connection in
            // The first statement of the transaction that takes a snapshot comes after it.
            try connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            var reader = SchemaReader(connection: connection, excluded: excluded)
            try reader.readAll()
            return reader.schema
        }
    }

    private init(connection: Connection, excluded: [Identifier]) {
        self.connection = connection
        self.excluded = excluded
    }

    private mutating func readAll() throws(PostgresError) {
        schema.role = try connection.query("SELECT current_user").only().decode(at: 0)
        try readExtensions()
        try readNamespaces()
        try readEnums()
        try readDomains()
        try readDomainConstraints()
        try readComposites()
        try readRanges()
        try readTables()
        try readColumns()
        try readAttachments()
        try readSequences()
        try readRoutines()
        try readConstraints()
        try readViews()
        try readMaterializedViews()
        try readIndexes()
        try readTriggers()
        try readRules()
        try readPolicies()
        try readStatistics()
        try readPublications()
        try readDefaultPrivileges()
        try readComments()
        try readDependencies()
        try readNotCompared()
    }

    /// The rows of a query; `VISIBLE(column)` in it is true for the OID of a schema that is looked at.
    func rows(_ query: String) throws(PostgresError) -> Rows {
        try connection.query(query, [excluded.map(\.name)])
    }

    /// The condition on the OID of a schema; `$1` are the names of those that are left out.
    static func visible(_ column: String) -> String {
        """
        \(column) IN (SELECT oid FROM pg_namespace
                       WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND nspname <> ALL ($1::name[]))
        """
    }

    /// An access control list as an array of texts, NULL where nothing was ever granted or revoked.
    static func grants(_ list: String, owner: String) -> String {
        """
        CASE WHEN \(list) IS NOT NULL THEN ARRAY(
            SELECT concat_ws(' ', privilege_type, is_grantable,
                             CASE grantee WHEN 0 THEN '*' WHEN \(owner) THEN '=' ELSE '+' || pg_get_userbyid(grantee) END)
              FROM aclexplode(\(list))) END
        """
    }

    /// Keeps an object, unless an extension brought it.
    mutating func keep(_ id: ObjectID, _ entry: DatabaseSchema.Entry, at address: Address) {
        guard members[address] == nil else { return }
        objects[address] = id
        schema.entries[id] = entry
    }

    func isMember(_ catalog: SystemCatalog, _ object: UInt32) -> Bool { members[Address(catalog, object)] != nil }
}

extension FieldCursor {
    /// The column that `SchemaReader.grants` makes.
    mutating func grants() throws(PostgresError) -> Set<Privileges.Grant>? {
        guard let texts = try nextIfPresent([String].self) else { return nil }
        var grants: Set<Privileges.Grant> = []
        for text in texts {
            let parts = text.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, let sign = parts[2].first else {
                throw .usage("an access control list has the entry '\(text)'")
            }
            let grantee: Privileges.Grantee
            switch sign {
            case "=": grantee = .owner
            case "*": grantee = .everybody
            default:
                guard let role = Identifier(columnText: String(parts[2].dropFirst())) else {
                    throw .usage("an access control list has the entry '\(text)'")
                }
                grantee = .role(role)
            }
            grants.insert(Privileges.Grant(String(parts[0]), to: grantee, isGrantable: parts[1] == "t"))
        }
        return grants
    }
}
