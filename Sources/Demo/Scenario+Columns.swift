extension Scenario {
    private static let users = """
        CREATE TABLE "User" (id int PRIMARY KEY, name text NOT NULL, email text, \(about));
        INSERT INTO "User" (id, name, email) SELECT n, 'name ' || n, CASE WHEN n % 3 > 0 THEN 'mail ' || n END FROM generate_series(1, {rows}) n;
        """

    private static let user = Statements(
        insert: #"INSERT INTO "User" (id, name) VALUES ({key}, {value})"#,
        update: #"UPDATE "User" SET name = {value} WHERE id = {key}"#,
        delete: #"DELETE FROM "User" WHERE id = {key}"#,
        read: #"SELECT name FROM "User" WHERE id = {key}"#
    )

    private static let order = Statements(
        insert: #"INSERT INTO "Order" (ref, note) VALUES ({key}, {value})"#,
        #"INSERT INTO item ("orderId") SELECT id FROM "Order" WHERE ref = {key}"#,
        update: #"UPDATE "Order" SET note = {value} WHERE ref = {key}"#,
        delete: #"DELETE FROM "Order" WHERE ref = {key}"#,
        read: #"SELECT o.note FROM "Order" o JOIN item i ON i."orderId" = o.id WHERE o.ref = {key}"#
    )

    /// Kinds that change columns of one table.
    static let columns: [Scenario] = [
        Scenario(
            kind: "change_type",
            schema: """
                CREATE TABLE "Order" (id serial PRIMARY KEY, ref int UNIQUE, note text, \(about));
                CREATE TABLE item (id serial PRIMARY KEY, "orderId" int NOT NULL REFERENCES "Order" ON DELETE CASCADE);
                CREATE INDEX ON item ("orderId");
                INSERT INTO "Order" (ref, note) SELECT n, 'n ' || n FROM generate_series(1, {rows}) n;
                INSERT INTO item ("orderId") SELECT id FROM "Order";
                """,
            change: "{table: Order, column: id, type: bigint}",
            acknowledge: ["unconvertible"],
            old: order,
            new: order,
            afterwards: [
                none(
                    "items without an order",
                    #"item i"#,
                    #"NOT EXISTS (SELECT FROM "Order" o WHERE o.id = i."orderId")"#
                ),
                missing(
                    "the key is no bigint",
                    #"(SELECT atttypid = 'int8'::regtype FROM pg_attribute WHERE attrelid = '"Order"'::regclass AND attname = 'id')"#
                ),
                missing(
                    "the foreign key is not valid",
                    "(SELECT bool_and(convalidated) FROM pg_constraint WHERE contype = 'f')"
                ),
                missing("the sequence is behind", #"nextval('"Order_id_seq"') > (SELECT max(id) FROM "Order")"#),
            ]
        ),
        Scenario(
            kind: "make_required",
            schema: users,
            change: #"{table: User, column: email, fill: "'unknown-' || id"}"#,
            old: user,
            new: Statements(
                insert: #"INSERT INTO "User" (id, name, email) VALUES ({key}, {value}, {value})"#,
                update: #"UPDATE "User" SET name = {value}, email = {value} WHERE id = {key}"#,
                delete: #"DELETE FROM "User" WHERE id = {key}"#,
                read: #"SELECT name FROM "User" WHERE id = {key} AND email IS NOT NULL"#
            ),
            afterwards: [none("users without an email", #""User""#, "email IS NULL")],
            hasPurge: false
        ),
        Scenario(
            kind: "add_required_column",
            schema: users,
            change: "\n    {table: User, column: handle, type: text, fill: lower(name)}",
            old: user,
            new: Statements(
                insert: #"INSERT INTO "User" (id, name, handle) VALUES ({key}, {value}, {value})"#,
                update: #"UPDATE "User" SET name = {value}, handle = {value} WHERE id = {key}"#,
                delete: #"DELETE FROM "User" WHERE id = {key}"#,
                read: #"SELECT name FROM "User" WHERE id = {key} AND handle IS NOT NULL"#
            ),
            afterwards: [none("users without a handle", #""User""#, "handle IS NULL")],
            hasPurge: false
        ),
        Scenario(
            kind: "merge_columns",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY, first text NOT NULL, last text NOT NULL, \(about));
                INSERT INTO "User" SELECT n, 'First', 'n' || n FROM generate_series(1, {rows}) n;
                """,
            change: #"""

                    table: User
                    from: [first, last]
                    to: {name: fullName, type: text}
                    merge: first || ' ' || last
                    split:
                      first: split_part("fullName", ' ', 1)
                      last: split_part("fullName", ' ', 2)
                """#,
            old: parts,
            new: whole,
            between: [none("names that differ", #""User""#, #"first || ' ' || last IS DISTINCT FROM "fullName""#)],
            afterwards: [
                none("users without a name", #""User""#, #""fullName" IS NULL"#),
                none(
                    "columns left behind",
                    "pg_attribute",
                    #"attrelid = '"User"'::regclass AND attname LIKE '%first%'"#
                ),
            ]
        ),
        Scenario(
            kind: "split_column",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY, "fullName" text NOT NULL, \(about));
                INSERT INTO "User" SELECT n, 'First n' || n FROM generate_series(1, {rows}) n;
                """,
            change: #"""

                    table: User
                    from: fullName
                    to: [{name: first, type: text}, {name: last, type: text}]
                    merge: first || ' ' || last
                    split:
                      first: split_part("fullName", ' ', 1)
                      last: split_part("fullName", ' ', 2)
                """#,
            old: whole,
            new: parts,
            between: [none("names that differ", #""User""#, #"first || ' ' || last IS DISTINCT FROM "fullName""#)],
            afterwards: [none("users without a name", #""User""#, "first IS NULL OR last IS NULL")]
        ),
        Scenario(
            kind: "add_constraint",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY, name text NOT NULL, \(about));
                INSERT INTO "User" SELECT n, 'name ' || n FROM generate_series(1, {rows}) n;
                """,
            change: "{table: User, unique: [name]}",
            old: user,
            new: user,
            afterwards: [
                missing(
                    "the constraint is not there",
                    "EXISTS (SELECT FROM pg_constraint WHERE contype = 'u' AND convalidated)"
                )
            ],
            hasPurge: false
        ),
        Scenario(
            kind: "drop_column",
            schema: """
                CREATE TABLE "User" (id int PRIMARY KEY, name text NOT NULL, legacy text NOT NULL, \(about));
                INSERT INTO "User" SELECT n, 'name ' || n, 'x' FROM generate_series(1, {rows}) n;
                """,
            change: "{table: User, column: legacy}",
            old: Statements(
                insert: #"INSERT INTO "User" (id, name, legacy) VALUES ({key}, {value}, {value})"#,
                update: #"UPDATE "User" SET name = {value}, legacy = {value} WHERE id = {key}"#,
                delete: #"DELETE FROM "User" WHERE id = {key}"#,
                read: #"SELECT name FROM "User" WHERE id = {key} AND legacy IS NOT NULL"#
            ),
            new: user,
            afterwards: [
                none(
                    "the column is there",
                    "pg_attribute",
                    #"attrelid = '"User"'::regclass AND attname LIKE '%legacy%'"#
                )
            ]
        ),
        Scenario(
            kind: "custom",
            schema: """
                CREATE TABLE "Order" (id int PRIMARY KEY, total numeric(10, 2) NOT NULL, \(about));
                INSERT INTO "Order" SELECT n, n FROM generate_series(1, {rows}) n;
                """,
            change: nil,
            example: "custom-order-total",
            old: Statements(
                insert: #"INSERT INTO "Order" (id, total) VALUES ({key}, {value}::numeric / 100)"#,
                update: #"UPDATE "Order" SET total = {value}::numeric / 100 WHERE id = {key}"#,
                delete: #"DELETE FROM "Order" WHERE id = {key}"#,
                read: #"SELECT round(total * 100)::text FROM "Order" WHERE id = {key}"#
            ),
            new: Statements(
                insert: #"INSERT INTO "Order" (id, amount) VALUES ({key}, {value}::bigint)"#,
                update: #"UPDATE "Order" SET amount = {value}::bigint WHERE id = {key}"#,
                delete: #"DELETE FROM "Order" WHERE id = {key}"#,
                read: #"SELECT amount::text FROM "Order" WHERE id = {key}"#
            ),
            between: [none("amounts that differ", #""Order""#, "amount IS DISTINCT FROM round(total * 100)")],
            afterwards: [none("orders without an amount", #""Order""#, "amount IS NULL")],
            value: { "\($0)" }
        ),
    ]

    private static let parts = Statements(
        insert: #"INSERT INTO "User" (id, first, last) VALUES ({key}, 'F', {value})"#,
        update: #"UPDATE "User" SET last = {value} WHERE id = {key}"#,
        delete: #"DELETE FROM "User" WHERE id = {key}"#,
        read: #"SELECT last FROM "User" WHERE id = {key}"#
    )

    private static let whole = Statements(
        insert: #"INSERT INTO "User" (id, "fullName") VALUES ({key}, 'F ' || {value})"#,
        update: #"UPDATE "User" SET "fullName" = 'F ' || {value} WHERE id = {key}"#,
        delete: #"DELETE FROM "User" WHERE id = {key}"#,
        read: #"SELECT split_part("fullName", ' ', 2) FROM "User" WHERE id = {key}"#
    )
}
