import Foundation
import Postgres

/// The database as Prisma would have made it, and what must be true of it in the end.
struct Schema {
    let target: ConnectionTarget
    let rows: Int

    /// What profile `id` says before anybody writes it.
    private static let first = "'bio of user ' || id"

    func load() throws {
        let connection = try Connection.open(target, SessionOptions(applicationName: "demo/load"))
        try connection.execute(
            """
            SET search_path = public;
            CREATE TABLE "User" (id serial PRIMARY KEY, email text NOT NULL UNIQUE, name text);
            CREATE TABLE "Profile" (
              id serial PRIMARY KEY,
              bio text NOT NULL DEFAULT '',
              "userId" integer NOT NULL,
              "updatedAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
            );
            INSERT INTO "User" (email, name) SELECT 'user' || n || '@example.com', 'User ' || n FROM generate_series(1, \(rows)) n;
            INSERT INTO "Profile" (bio, "userId") SELECT 'bio of user ' || n, n FROM generate_series(1, \(rows)) n;
            CREATE UNIQUE INDEX "Profile_userId_key" ON "Profile" ("userId");
            CREATE INDEX "Profile_bio_idx" ON "Profile" (bio);
            ALTER TABLE "Profile" ADD CONSTRAINT "Profile_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" (id)
              ON DELETE CASCADE ON UPDATE CASCADE;
            ANALYZE "User"; ANALYZE "Profile"
            """
        )
    }

    /// Rows that are NULL, and rows that nobody touched and that yet do not say what they said in the beginning.
    ///
    /// `touched` is how many of the loaded rows the clients wrote.
    func violations(touched: Int) throws -> Int {
        let connection = try Connection.open(target, SessionOptions(applicationName: "demo/check"))
        let row = try connection.query(
            """
            SELECT count(*) FILTER (WHERE biography IS NULL) AS missing,
                   count(*) FILTER (WHERE id <= \(rows) AND biography <> \(Self.first)) AS changed FROM public."Profile"
            """
        ).only()
        return try row.decode("missing", as: Int.self) + abs(try row.decode("changed", as: Int.self) - touched)
    }

    /// How many of the values that clients last wrote are not there.
    func lost(_ remembered: [Int: String]) throws -> Int {
        let connection = try Connection.open(target, SessionOptions(applicationName: "demo/check"))
        var lost = 0
        let keys = remembered.keys.sorted()
        for start in stride(from: 0, to: keys.count, by: 5000) {
            let some = Array(keys[start..<min(start + 5000, keys.count)])
            var found: [Int: String] = [:]
            let result = try connection.query(
                "SELECT id, biography FROM public.\"Profile\" WHERE id = ANY ($1::int[])",
                [some]
            )
            for row in result { found[try row.decode("id")] = try row.decodeIfPresent("biography") }
            lost += some.count { found[$0] != remembered[$0] }
        }
        return lost
    }
}
