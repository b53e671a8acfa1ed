import SQL
import Testing

struct NamedShapeTests {
    private static func shape(_ columns: String...) throws -> NamedShape {
        NamedShape(
            table: QualifiedName(schema: try Identifier("app"), name: try Identifier("Profile")),
            columns: try columns.map { try Identifier($0) }
        )
    }

    @Test(arguments: [
        #"SELECT bio FROM "Profile""#, #"SELECT p.bio FROM app."Profile" p WHERE id = $1"#,
        #"SELECT * FROM "Profile""#, #"SELECT p.* FROM "Profile" p JOIN "User" u ON u.id = p."userId""#,
        #"SELECT count(*) FROM "Profile" WHERE bio LIKE $1"#, #"SELECT id FROM "Profile" ORDER BY bio LIMIT $1"#,
        #"SELECT u.id FROM "User" u WHERE EXISTS (SELECT $1 FROM "Profile" WHERE bio = u.name)"#,
        #"SELECT u.id, (SELECT p.bio FROM "Profile" p WHERE p."userId" = u.id) FROM "User" u"#,
        #"WITH x AS (SELECT bio AS b FROM "Profile") SELECT b FROM x"#,
        #"SELECT row_to_json(p) FROM "Profile" p"#, #"SELECT p FROM "Profile" p"#,
        #"SELECT id FROM "Profile" a JOIN "Draft" b USING (bio)"#, #"SELECT id FROM "Profile" NATURAL JOIN "Draft""#,
        #"SELECT id FROM "Draft" UNION ALL SELECT bio FROM "Profile""#,
        #"SELECT x.id FROM "User" u, LATERAL (SELECT * FROM "Profile" p WHERE p."userId" = u.id) x"#,
        #"UPDATE "Profile" SET biography = bio WHERE id = $1"#, #"UPDATE "Profile" SET id = $1 WHERE bio IS NULL"#,
        #"UPDATE "User" u SET name = p.bio FROM "Profile" p WHERE p."userId" = u.id"#,
        #"DELETE FROM "Profile" WHERE bio = $1"#, #"DELETE FROM "User" USING "Profile" p WHERE p.bio = name"#,
        #"INSERT INTO "Profile" (id) VALUES ($1) RETURNING bio"#,
        #"INSERT INTO "Profile" (id) VALUES ($1) RETURNING *"#,
        #"INSERT INTO "Draft" SELECT id, bio FROM "Profile""#,
        #"INSERT INTO "Profile" (bio) VALUES ($1) ON CONFLICT (bio) DO NOTHING"#,
        #"INSERT INTO "Profile" (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET id = $2 WHERE "Profile".bio = $3"#,
        #"MERGE INTO "Profile" p USING "Draft" d ON p.bio = d.bio WHEN MATCHED THEN DELETE"#,
        #"COPY "Profile" TO STDOUT"#, #"COPY "Profile" (id, bio) TO STDOUT"#,
        #"COPY (SELECT bio FROM "Profile") TO STDOUT"#,
        #"DECLARE c CURSOR FOR SELECT bio FROM "Profile""#, #"SELECT "Profile".bio FROM "Profile""#,
        #"SELECT id FROM "Profile" GROUP BY id, bio"#,
        #"SELECT sum(length(bio)) OVER (PARTITION BY id) FROM "Profile""#,
        // A newer grammar than the parser's: the words decide.
        #"SELECT bio FROM "Profile" FETCH NONSENSE"#,
    ])
    func `a statement that reads the column`(_ statement: String) throws {
        #expect(try Self.shape("bio").isRead(by: statement))
    }

    @Test(arguments: [
        #"SELECT biography FROM "Profile""#, #"SELECT id FROM "Profile" WHERE id = $1"#,
        #"SELECT count(*) FROM "Profile""#,
        #"SELECT d.bio FROM "Draft" d JOIN "Profile" p ON p.id = d.id"#, #"SELECT bio FROM "Draft""#,
        #"SELECT bio FROM other."Profile""#, #"SELECT bio FROM profile"#, #"SELECT 'bio' FROM "Profile""#,
        #"INSERT INTO "Profile" (bio) VALUES ($1)"#, #"UPDATE "Profile" SET bio = $1 WHERE id = $2"#,
        #"UPDATE "Profile" SET (bio, id) = ($1, $2) WHERE id = $3 RETURNING id"#,
        #"WITH "Profile" AS (SELECT 1 AS bio) SELECT bio FROM "Profile""#,
        #"SELECT x.bio FROM "Profile" p, (SELECT 1 AS bio) x"#, #"COPY "Profile" (id) TO STDOUT"#,
        #"COPY "Profile" (bio) FROM STDIN"#, #"SELECT biography AS bio FROM "Profile""#, "VACUUM \"Profile\"",
        #"INSERT INTO "Profile" (bio) VALUES ($1) ON CONFLICT (id) DO UPDATE SET bio = $2"#,
    ])
    func `a statement that does not`(_ statement: String) throws {
        #expect(try !Self.shape("bio").isRead(by: statement))
    }

    @Test(arguments: [
        #"SELECT bio FROM "Profile""#, #"SELECT p.bio FROM app."Profile" p"#, #"UPDATE "Profile" SET bio = $1"#,
        #"INSERT INTO "Profile" (id, bio) VALUES ($1, $2)"#, #"UPDATE app."Profile" p SET (id, bio) = ($1, $2)"#,
        #"INSERT INTO "Profile" (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET bio = $2"#,
        #"COPY "Profile" (id, bio) FROM STDIN"#, #"COPY "Profile" (bio) TO STDOUT"#,
        #"MERGE INTO "Profile" p USING "Draft" d ON p.id = d.id WHEN NOT MATCHED THEN INSERT (bio) VALUES (d.text)"#,
        #"MERGE INTO "Profile" p USING "Draft" d ON p.id = d.id WHEN MATCHED THEN UPDATE SET bio = d.text"#,
        #"SELECT id FROM "Profile" WHERE bio IS NULL"#,
        // As the server cuts a long statement off.
        #"SELECT "id", "bio" FROM "public"."Profile" WHERE "id" IN ($1, $2, "#,
    ])
    func `a statement that names the column, to read or to write it`(_ statement: String) throws {
        #expect(try Self.shape("bio").isNamed(by: statement))
    }

    @Test(arguments: [
        #"SELECT * FROM "Profile""#, #"SELECT p FROM "Profile" p"#, #"SELECT id FROM "Profile" NATURAL JOIN "Draft""#,
        #"INSERT INTO "Profile" (id) VALUES ($1) RETURNING *"#, #"COPY "Profile" TO STDOUT"#,
        #"COPY "Profile" FROM STDIN"#, #"SELECT biography FROM "Profile""#, #"INSERT INTO "Draft" (bio) VALUES ($1)"#,
        #"UPDATE "Draft" SET bio = p.biography FROM "Profile" p"#,
        #"SELECT "id", "biography", "mybio" FROM "public"."Profile" WHERE "id" IN ($1, $2, "#,
        #"SELECT bio FROM "ProfileDraft" WHERE id IN ($1, "#,
    ])
    func `a statement that goes on without the column`(_ statement: String) throws {
        #expect(try !Self.shape("bio").isNamed(by: statement))
    }

    @Test func `a table as a whole is read by whatever names it`() throws {
        let table = try Self.shape()
        #expect(try table.isRead(by: #"SELECT 1 FROM "Profile""#))
        #expect(try table.isRead(by: #"INSERT INTO "Profile" (id) VALUES (1)"#))
        #expect(try table.isRead(by: #"UPDATE "Profile" SET id = 1"#))
        #expect(try !table.isRead(by: #"SELECT "Profile" FROM "User""#))
        #expect(try !table.isRead(by: #"SELECT 1 FROM "UserProfile""#))
    }
}
