import ArgumentParser

/// A side of a comparison, as `--from` and `--to` name it.
enum DiffSource: ExpressibleByArgument, Hashable, Sendable {
    /// Nothing.
    case empty
    /// A Prisma schema: a file, a folder of files, or `-` for stdin.
    case schema(String)
    /// A live database; without an address the one of the options.
    case database(String?)
    /// A folder of migrations.
    case migrations(String)
    /// A file of DDL.
    case sql(String)
    /// What a plan makes of the live database, such as `rename@enforce`.
    case plan(String)

    init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let rest = parts.count == 2 && !parts[1].isEmpty ? parts[1] : nil
        switch (parts[0], rest) {
        case ("empty", nil) where parts.count == 1: self = .empty
        case ("schema", let path?): self = .schema(path)
        case ("database", let url): self = .database(url)
        case ("migrations", let folder?): self = .migrations(folder)
        case ("sql", let path?): self = .sql(path)
        case ("plan", let plan?): self = .plan(plan)
        default: return nil
        }
    }

    /// As `--from` and `--to` write it; never an address, which may hold a password.
    var description: String {
        switch self {
        case .empty: "empty"
        case .schema(let path): "schema:\(path)"
        case .database: "database"
        case .migrations(let folder): "migrations:\(folder)"
        case .sql(let path): "sql:\(path)"
        case .plan(let plan): "plan:\(plan)"
        }
    }
}
