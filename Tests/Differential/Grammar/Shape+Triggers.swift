extension Shape {
    private func trigger(_ name: String, _ when: String, _ body: String, condition: String = "", deferred: Bool = false)
        throws -> String
    {
        let schema = try quoted(.schema)
        // The function of a trigger that writes other tables has the owner's rights, as audit triggers do.
        return try """
        CREATE FUNCTION \(schema).\(name)() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
        BEGIN \(body) END $body$;
        CREATE \(deferred ? "CONSTRAINT " : "")TRIGGER \(name) \(when.replacing(" ON ", with: " ON \(relation(.table)) ")) \
        \(condition)EXECUTE FUNCTION \(schema).\(name)();
        """
    }

    func triggers() throws -> [String] {
        try ownTables() + before() + after()
    }

    /// What triggers write to.
    private func ownTables() throws -> [String] {
        var tables: [String] = []
        if writesLog { tables.append("CREATE TABLE \(try relation(.log)) (what text, before jsonb, after jsonb);") }
        if has(.denormalise) {
            tables.append("CREATE TABLE \(try relation(.totals)) (region text PRIMARY KEY, sum bigint, n int);")
        }
        if has(.history) { tables.append("CREATE TABLE \(try relation(.history)) (key int, note text, amount int);") }
        return tables
    }

    var writesLog: Bool {
        [.audit, .auditOfColumn, .columnList, .whenChanged, .perStatement, .constraintTrigger].contains { has($0) }
    }

    /// Whether triggers write something for each row that is rewritten.
    var leavesTraces: Bool { writesLog || has(.bump) || has(.history) }

    private func before() throws -> [String] {
        var list: [String] = []
        let row = "FOR EACH ROW "
        let (note, locked, version) = try (quoted(.note), quoted(.locked), quoted(.version))
        if has(.bump) {
            list.append(
                try trigger("bump", "BEFORE UPDATE ON \(row)", "NEW.\(version) := OLD.\(version) + 1; RETURN NEW;")
            )
        }
        if has(.normaliseNote) {
            list.append(
                try trigger(
                    "normalise_other",
                    "BEFORE INSERT OR UPDATE ON \(row)",
                    "NEW.\(note) := lower(NEW.\(note)); RETURN NEW;"
                )
            )
        }
        if has(.skipRow) {
            list.append(
                try trigger(
                    "skip_row",
                    "BEFORE UPDATE ON \(row)",
                    "IF OLD.\(locked) AND NEW.\(locked) THEN RETURN NULL; END IF; RETURN NEW;"
                )
            )
        } else if has(.refuseRow) {
            list.append(
                try trigger(
                    "refuse_row",
                    "BEFORE DELETE ON \(row)",
                    "IF OLD.\(locked) THEN RAISE EXCEPTION 'locked'; END IF; RETURN OLD;"
                )
            )
        }
        if has(.protectRow) {
            list.append(
                try trigger(
                    "protect_row",
                    "BEFORE UPDATE ON \(row)",
                    "IF OLD.\(locked) THEN NEW.\(note) := OLD.\(note); END IF; RETURN NEW;"
                )
            )
        }
        return try list + beforeOfSubject()
    }

    private func beforeOfSubject() throws -> [String] {
        guard let first = subject.old.first else { return [] }
        var list: [String] = []
        let column = try quoted(first.slot)
        let row = "FOR EACH ROW "
        if has(.normaliseSubject) {
            list.append(
                try trigger(
                    "normalise",
                    "BEFORE INSERT OR UPDATE ON \(row)",
                    "NEW.\(column) := lower(NEW.\(column)); RETURN NEW;"
                )
            )
        }
        if has(.fillSubject), let value = subject.pairs.last?.old[0] {
            list.append(
                try trigger(
                    "fill_in",
                    "BEFORE INSERT ON \(row)",
                    "IF NEW.\(column) IS NULL THEN NEW.\(column) := \(text(value)); END IF; RETURN NEW;"
                )
            )
        }
        if has(.protectSubject) {
            let locked = try quoted(.locked)
            list.append(
                try trigger(
                    "protect",
                    "BEFORE UPDATE ON \(row)",
                    "IF OLD.\(locked) THEN NEW.\(column) := OLD.\(column); END IF; RETURN NEW;"
                )
            )
        }
        return list
    }

    private func after() throws -> [String] {
        var list: [String] = []
        let row = "FOR EACH ROW "
        let any = "AFTER INSERT OR UPDATE OR DELETE ON \(row)"
        let log = try relation(.log)
        if has(.audit) {
            list.append(
                try trigger(
                    "audit",
                    any,
                    "INSERT INTO \(log) VALUES (TG_OP, to_jsonb(OLD), to_jsonb(NEW)); RETURN NULL;"
                )
            )
        }
        if has(.constraintTrigger) {
            list.append(
                try trigger(
                    "at_commit",
                    "AFTER INSERT OR UPDATE ON DEFERRABLE INITIALLY DEFERRED \(row)",
                    "INSERT INTO \(log) VALUES ('commit', NULL, to_jsonb(NEW)); RETURN NULL;",
                    deferred: true
                )
            )
        }
        if has(.perStatement), !has(.columnList) {
            list.append(
                try trigger(
                    "per_statement",
                    "AFTER UPDATE ON REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT ",
                    "INSERT INTO \(log) SELECT 'statement', NULL, to_jsonb(count(*)) FROM n; RETURN NULL;"
                )
            )
        }
        if has(.history) {
            list.append(
                try trigger(
                    "keep",
                    "AFTER UPDATE OR DELETE ON \(row)",
                    """
                    INSERT INTO \(relation(.history)) VALUES (OLD.\(quoted(.key)), OLD.\(quoted(.note)), OLD.\(quoted(.amount)));
                    RETURN NULL;
                    """
                )
            )
        }
        if has(.denormalise) { list.append(try denormalise(any)) }
        return try list + afterOfSubject()
    }

    private func afterOfSubject() throws -> [String] {
        guard let first = subject.old.first else { return [] }
        let (column, log) = try (quoted(first.slot), relation(.log))
        var list: [String] = []
        let keyed = try "jsonb_build_object('k', NEW.\(quoted(.key)))"
        if has(.auditOfColumn) {
            list.append(
                try trigger(
                    "audit_column",
                    "AFTER INSERT OR UPDATE ON FOR EACH ROW ",
                    "INSERT INTO \(log) VALUES ('column', \(keyed), \(self.logged("NEW.\(column)"))); RETURN NULL;"
                )
            )
        }
        if has(.columnList) {
            list.append(
                try trigger(
                    "of_column",
                    "AFTER UPDATE OF \(column) ON FOR EACH ROW ",
                    "INSERT INTO \(log) VALUES ('of', \(keyed), NULL); RETURN NULL;"
                )
            )
        }
        if has(.whenChanged) {
            list.append(
                try trigger(
                    "when_changed",
                    "AFTER UPDATE ON FOR EACH ROW ",
                    "INSERT INTO \(log) VALUES ('when', \(keyed), NULL); RETURN NULL;",
                    condition: "WHEN (OLD.\(column) IS DISTINCT FROM NEW.\(column)) "
                )
            )
        }
        return list
    }

    private func logged(_ value: String) -> String {
        // What fills a column is there for triggers, too.
        "to_jsonb((\(subject.fill.map { "coalesce(\(value), \($0))" } ?? value))::text)"
    }

    private func denormalise(_ when: String) throws -> String {
        let (totals, region, amount) = try (relation(.totals), quoted(.region), quoted(.amount))
        return try trigger(
            "denormalise",
            when,
            """
            IF TG_OP <> 'INSERT' THEN UPDATE \(totals) SET sum = sum - OLD.\(amount), n = n - 1 WHERE region = OLD.\(region); END IF;
            IF TG_OP <> 'DELETE' THEN INSERT INTO \(totals) AS o VALUES (NEW.\(region), NEW.\(amount), 1)
              ON CONFLICT (region) DO UPDATE SET sum = o.sum + excluded.sum, n = o.n + 1; END IF;
            RETURN NULL;
            """
        )
    }
}
