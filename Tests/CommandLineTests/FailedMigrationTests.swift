import Foundation
import TestSupport
import Testing

/// The commands of the page about the hour after a failed migration, run as they stand there.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct FailedMigrationTests {
    private static var page: String {
        get throws {
            let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            return try String(
                contentsOf: repository.appending(path: "Docs/how-to/failed-migration.md"),
                encoding: .utf8
            )
        }
    }

    /// The lines of its blocks of shell, each with the exit status that the page says.
    private static func commands() throws -> [(line: String, status: Int32)] {
        try page.matches(of: /```sh\n((?:.|\n)*?)```/).flatMap { $0.output.1.split(separator: "\n") }.map { line in
            let match = try #require(line.wholeMatch(of: /(crossfade .*?) # exits ([0-9]+)/), "\(line)")
            return (String(match.1), try #require(Int32(match.2)))
        }
    }

    @Test func `a history that was applied half is completed`() async throws {
        let program = try Program(on: try ScratchDatabase.current)
        try program.write(
            "CREATE TABLE \"User\" (\n  \"id\" INTEGER NOT NULL,\n  CONSTRAINT \"User_pkey\" PRIMARY KEY (\"id\")\n);\n",
            to: "prisma/migrations/20240101_init/migration.sql"
        )
        try program.write(
            "ALTER TABLE \"User\" ADD COLUMN \"name\" TEXT;\nALTER TABLE \"User\" ADD COLUMN \"nickname\" TEXT NOT NULL DEFAULT '';\n",
            to: "prisma/migrations/20240102_nickname/migration.sql"
        )
        try program.write(
            "datasource db {\n  provider = \"postgresql\"\n}\nmodel User {\n  id Int @id\n  name String?\n  nickname String @default(\"\")\n}\n",
            to: "prisma/schema.prisma"
        )
        try program.sql(
            "CREATE TABLE \"User\" (id integer NOT NULL, CONSTRAINT \"User_pkey\" PRIMARY KEY (id)); ALTER TABLE \"User\" ADD name text; "
                + "CREATE TABLE _prisma_migrations (id serial PRIMARY KEY, name text UNIQUE)"
        )
        let commands = try Self.commands()
        #expect(commands.count == 5)
        for (line, status) in commands {
            let result = try await program.shell("\"$0\"" + line.dropFirst("crossfade".count))
            #expect(result.status == status, "\(line): \(result.output)\(result.errors)")
        }
        #expect(try program.text(of: "complete.sql").contains("ADD COLUMN \"nickname\""))
    }
}
