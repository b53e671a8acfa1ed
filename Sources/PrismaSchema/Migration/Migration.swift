import SQL

/// The steps that lead from one database to another, in Prisma's order.
package struct Migration: Sendable, Hashable {
    /// The steps, which are in the order in which they can run.
    package var steps: [MigrationStep]

    /// Compares two databases as Prisma does.
    package init(from previous: PrismaDatabase, to next: PrismaDatabase) {
        steps = MigrationDiffer(previous: previous, next: next).steps
    }
}
