/// A change on a small table, and what it means.
struct SyncSubject: Sendable, CustomStringConvertible {
    /// A column as the table has it.
    struct Column: Sendable {
        let name: String
        let type: String
        var isRequired = false
        var constantDefault: String?

        var definition: String {
            "\(name) \(type)\(isRequired ? " NOT NULL" : "")\(constantDefault.map { " DEFAULT '\($0)'" } ?? "")"
        }
    }

    /// What a statement does with a column.
    enum Field: Hashable, Sendable {
        case absent
        case byDefault
        case null
        case value(String)
    }

    let about: String
    let kind: String
    /// The section of the plan below the kind's key.
    let section: String
    let old: [Column]
    /// The names of the new columns, and what they are called from contract on.
    let new: [String]
    let live: [String]
    var extra = ""
    var rules: SyncRules
    /// What statements do with the old columns, and with the new ones.
    let oldWrites: [[Field]]
    let newWrites: [[Field]]
    /// Rows by partition, which updates may move.
    var isPartitioned = false
    /// The function of a BEFORE trigger of the table, in PL/pgSQL.
    var trigger: String?

    var description: String { "\(kind): \(about)" }

    var schema: String {
        let columns = old.map(\.definition).joined(separator: ", ")
        let table = """
            CREATE TABLE t (id int, region text NOT NULL DEFAULT 'eu', \(columns), note text, PRIMARY KEY (id, region))
            """
        let partitions = """
             PARTITION BY LIST (region);
            CREATE TABLE t_eu PARTITION OF t FOR VALUES IN ('eu'); CREATE TABLE t_us PARTITION OF t FOR VALUES IN ('us');
            """
        let own =
            trigger.map {
                """
                CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \($0) RETURN NEW; END $$;
                CREATE TRIGGER own BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION own();
                """
            } ?? ""
        return table + (isPartitioned ? partitions : ";\n") + own
    }

    var plan: String {
        """
        version: 1
        name: table
        change:
          \(kind): \(section)
        dual_write: {conflict: \(rules.conflict.rawValue)}
        \(extra)
        phases:
          contract: {retain: 7d}

        """
    }

    /// The same change with another conflict policy.
    func with(_ conflict: SyncRules.Conflict) -> SyncSubject {
        var copy = self
        copy.rules.conflict = conflict
        return copy
    }
}
