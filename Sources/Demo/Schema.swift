import Postgres

/// The application's database, as Prisma would have made it, with as many profiles as users.
enum Schema {
    static let tables = """
        CREATE TABLE "User" (
          id serial NOT NULL,
          email text NOT NULL,
          name text
        );
        CREATE TABLE "Profile" (
          id serial NOT NULL,
          bio text NOT NULL DEFAULT '',
          "userId" integer NOT NULL,
          "updatedAt" timestamp(3) without time zone NOT NULL DEFAULT CURRENT_TIMESTAMP
        );
        """

    /// Made after the rows are loaded, which is several times faster.
    static let keys = """
        ALTER TABLE "User" ADD CONSTRAINT "User_pkey" PRIMARY KEY (id);
        CREATE UNIQUE INDEX "User_email_key" ON "User" (email);
        ALTER TABLE "Profile" ADD CONSTRAINT "Profile_pkey" PRIMARY KEY (id);
        CREATE UNIQUE INDEX "Profile_userId_key" ON "Profile" ("userId");
        CREATE INDEX "Profile_bio_idx" ON "Profile" (bio);
        ALTER TABLE "Profile" ADD CONSTRAINT "Profile_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" (id)
          ON DELETE CASCADE ON UPDATE CASCADE;
        """

    /// The biography that the profile of this id is loaded with; `seedExpression` says the same in SQL.
    static func seed(_ id: Int) -> String { "Writes of gardens, trains and the sea, volume \(id)" }

    static let seedExpression = "'Writes of gardens, trains and the sea, volume ' || id"

    /// Creates the tables and loads them; the profile with id n is that of the user with id n.
    static func load(rows: Int, on connection: Connection) throws(PostgresError) {
        try connection.execute(tables)
        try connection.execute(
            """
            INSERT INTO "User" (id, email, name)
              SELECT id, 'user' || id || '@example.com', 'User ' || id FROM generate_series(1, \(rows)) AS id;
            INSERT INTO "Profile" (id, bio, "userId")
              SELECT id, \(seedExpression), id FROM generate_series(1, \(rows)) AS id;
            SELECT setval('"User_id_seq"', \(rows)), setval('"Profile_id_seq"', \(rows));
            """
        )
        try connection.execute(keys)
        // VACUUM too, else the first autovacuum of the fresh tables falls into the demonstration; not in a transaction.
        try connection.execute(#"VACUUM (ANALYZE) "User""#)
        try connection.execute(#"VACUUM (ANALYZE) "Profile""#)
    }
}
