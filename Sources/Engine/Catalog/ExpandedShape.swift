import Postgres
import SQL
import Workflow

extension RenderedBlueprint {
    /// Whether expand has run: in the plan's run, or by hand, which leaves its functions all the same.
    ///
    /// Then a new name that is taken is taken by the plan itself.
    func hasExpanded(_ plan: Plan, on connection: Connection) throws -> Bool {
        if try Ledger(connection).furthestPhase(of: plan.name) != nil { return true }
        return try connection.queryKept(
            "SELECT EXISTS (SELECT FROM unnest($1::text[]) f WHERE to_regprocedure(f) IS NOT NULL) AS found",
            [functions.map { $0.quoted + "()" }]
        ).only().decode("found")
    }
}
