import SQL

extension DatabaseSchema {
    /// The tables in which tools of migrations keep what was applied: Prisma, Flyway, Rails, Diesel, goose, golang-migrate, sqlx,
    /// Alembic, Django, Knex, Liquibase.
    private static let historyTables: Set<String> = [
        "_prisma_migrations", "flyway_schema_history", "schema_migrations", "ar_internal_metadata",
        "__diesel_schema_migrations",
        "goose_db_version", "_sqlx_migrations", "alembic_version", "django_migrations", "knex_migrations",
        "knex_migrations_lock",
        "databasechangelog", "databasechangeloglock",
    ]

    /// Leaves them out, with what belongs to them, and counts them among what is not compared: no schema describes them.
    package mutating func leaveOutHistoryTables() {
        var removed: Set<ObjectID> = []
        for id in entries.keys {
            guard case .table(let name) = id, Self.historyTables.contains(name.name.name) else { continue }
            removed.insert(id)
        }
        guard !removed.isEmpty else { return }
        notCompared["history table", default: 0] += removed.count
        let tables = Set(removed.map(\.quoted))
        removed.formUnion(entries.keys.filter { $0.owner.map { tables.contains($0.quoted) } ?? false })
        var isGrowing = true
        while isGrowing {
            let more = entries.keys.filter { id in
                !removed.contains(id)
                    && dependencies[id]?.contains { removed.contains($0.key) && $0.value == .automatic } == true
            }
            removed.formUnion(more)
            isGrowing = !more.isEmpty
        }
        for id in removed {
            entries[id] = nil
            dependencies[id] = nil
        }
    }
}
