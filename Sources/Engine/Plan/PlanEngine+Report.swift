import Postgres
package import Workflow

extension PlanEngine {
    /// The record of the plan's newest run, for those who were not there.
    ///
    /// It only reads, in one snapshot, so that a role that may do no more can make it. With `showsValues` it tells the
    /// values that repairs wrote over, which are counted otherwise.
    package func report(showsValues: Bool) async throws -> RunReport {
        try await observing("report") { [self] connection in
            try connection.transaction { connection in
                try connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                return try RunReportReader(
                    connection: connection,
                    plan: plan,
                    workspace: workspace,
                    folder: migrationsFolder,
                    showsValues: showsValues
                ).read()
            }
        }
    }
}
