extension KindCase {
    /// Each form of `add_constraint`.
    package static let constraints: [KindCase] =
        [
            (
                "{table: room, foreign_key: {columns: [hall, wing], references: {table: hall, columns: [id, wing]}, on_delete: cascade}}",
                "ALTER TABLE room ADD FOREIGN KEY (hall, wing) REFERENCES hall (id, wing) ON DELETE CASCADE ON UPDATE NO ACTION",
                "foreign key"
            ),
            (
                "{table: room, foreign_key: {columns: [above], references: {table: room, columns: [id]}}}",
                "ALTER TABLE room ADD FOREIGN KEY (above) REFERENCES room (id)", "a foreign key to itself"
            ),
            (
                "{table: room, check: 'room.seats > 0', name: It's}",
                #"ALTER TABLE room ADD CONSTRAINT "It's" CHECK (seats > 0)"#, "check"
            ),
            (
                "{table: room, check: 'seats > hall'}", "ALTER TABLE room ADD CHECK (seats > hall)",
                "a check of two columns"
            ),
            ("{table: room, not_null: seats}", "ALTER TABLE room ALTER seats SET NOT NULL", "not null"),
            (
                "{table: room, unique: [hall, seats], name: one}",
                "ALTER TABLE room ADD CONSTRAINT one UNIQUE (hall, seats)", "unique"
            ),
            (
                "{table: room, index: {columns: [seats], expressions: ['lower(title)'], unique: true, include: [hall], where: seats > 0}}",
                "CREATE UNIQUE INDEX ON room (seats, lower(title)) INCLUDE (hall) WHERE seats > 0", "index"
            ),
            (
                "{table: room, index: {columns: [title], using: hash}, name: by_title}",
                "CREATE INDEX by_title ON room USING hash (title)", "hash"
            ),
            (
                "{table: room, exclude: 'USING gist (taken WITH &&)'}",
                "ALTER TABLE room ADD EXCLUDE USING gist (taken WITH &&)", "exclusion"
            ),
        ].map { section, plain, about in
            KindCase(
                kind: "add_constraint",
                schema: """
                    CREATE TABLE hall (id int, wing text, PRIMARY KEY (id, wing));
                    CREATE TABLE room (id int PRIMARY KEY, hall int, wing text, seats int, title text, above int, taken int4range);
                    INSERT INTO hall SELECT n, 'w' FROM generate_series(1, 300) n;
                    INSERT INTO room SELECT n, n, 'w', n + 1, 'Title ' || n, n - (n > 1)::int, int4range(n, n + 1) FROM generate_series(1, 300) n;
                    """,
                section: section,
                extra: about == "exclusion" ? "acknowledge: [blocking-scan]" : "",
                furthest: "enforce",
                plain: plain,
                about: about
            )
        } + [
            KindCase(
                kind: "add_constraint",
                schema: """
                    CREATE TABLE event (id int, day date, kind text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
                    CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
                    INSERT INTO event (id, day, kind) SELECT n, date '2020-01-01' + n % 300, 'k' || n FROM generate_series(1, 1000) n;
                    """,
                section: "{table: event, not_null: kind}",
                furthest: "enforce",
                plain: "ALTER TABLE event ALTER kind SET NOT NULL",
                about: "not null of a partitioned table"
            )
        ]
}
