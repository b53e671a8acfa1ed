import ArgumentParser
import Workflow

/// The options that name the two sides: Crossfade's own, and those of `prisma migrate diff` in its versions 6 and 7.
struct DiffSides: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "What it is now: database[:URL], migrations:DIR, sql:FILE, schema:FILE, schema:DIR or empty; - is stdin.",
            valueName: "source"
        )
    )
    var from: DiffSource?

    @Option(help: ArgumentHelp("What it should be; the same words.", valueName: "source"))
    var to: DiffSource?

    @Flag(help: "As --from empty.")
    var fromEmpty = false

    @Flag(help: "As --to empty.")
    var toEmpty = false

    @Option(help: ArgumentHelp("As --from schema:PATH.", valueName: "path"), completion: .file())
    var fromSchema: String?

    @Option(help: ArgumentHelp("As --to schema:PATH.", valueName: "path"), completion: .file())
    var toSchema: String?

    @Option(help: ArgumentHelp("As --from schema:PATH.", valueName: "path"), completion: .file())
    var fromSchemaDatamodel: String?

    @Option(help: ArgumentHelp("As --to schema:PATH.", valueName: "path"), completion: .file())
    var toSchemaDatamodel: String?

    @Option(help: .hidden)
    var fromMigrations: String?

    @Option(help: .hidden)
    var toMigrations: String?

    @Option(help: .hidden)
    var fromURL: String?

    @Option(help: .hidden)
    var toURL: String?

    @Option(help: .hidden)
    var fromSchemaDatasource: String?

    @Option(help: .hidden)
    var toSchemaDatasource: String?

    @Flag(help: .hidden)
    var fromConfigDatasource = false

    @Flag(help: .hidden)
    var toConfigDatasource = false

    /// The side that the comparison begins with.
    func previous() throws(Failure) -> DiffSource {
        try Self.only(
            [
                from, fromEmpty ? .empty : nil, fromSchema.map(DiffSource.schema),
                fromSchemaDatamodel.map(DiffSource.schema),
                fromMigrations.map(DiffSource.migrations), fromURL.map(DiffSource.database),
                fromSchemaDatasource.map { _ in .database(nil) }, fromConfigDatasource ? .database(nil) : nil,
            ],
            side: "from"
        )
    }

    /// The side that the comparison ends with.
    func next() throws(Failure) -> DiffSource {
        try Self.only(
            [
                to, toEmpty ? .empty : nil, toSchema.map(DiffSource.schema), toSchemaDatamodel.map(DiffSource.schema),
                toMigrations.map(DiffSource.migrations), toURL.map(DiffSource.database),
                toSchemaDatasource.map { _ in .database(nil) }, toConfigDatasource ? .database(nil) : nil,
            ],
            side: "to"
        )
    }

    private static func only(_ sources: [DiffSource?], side: String) throws(Failure) -> DiffSource {
        let given = sources.compactMap(\.self)
        if given.count == 1 { return given[0] }
        let hint = "give one, such as --\(side) schema:prisma/schema.prisma or --\(side) empty"
        guard given.isEmpty else {
            let names = given.map(\.description).joined(separator: ", ")
            throw Failure(.usage, "--\(side) is given \(given.count) times: \(names)", hint: hint)
        }
        throw Failure(.usage, "--\(side) is missing", hint: hint)
    }
}

extension ArgumentHelp {
    /// Accepted so that the answer can say what to use instead.
    fileprivate static let hidden = ArgumentHelp("Not read by this version.", visibility: .hidden)
}
