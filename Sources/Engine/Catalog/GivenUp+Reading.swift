import Postgres
import SQL
import Workflow

extension GivenUp {
    /// What the comment of the plan's function says that expand gave up; nil: nothing, or expand has not run.
    static func read(
        from function: QualifiedName?,
        on connection: Connection,
        _ comment: (GivenUp) -> String
    ) throws -> GivenUp? {
        guard let function else { return nil }
        let present: String? = try connection.queryKept(
            "SELECT obj_description(to_regprocedure($1), 'pg_proc') AS comment",
            [function.quoted + "()"]
        ).only().decodeIfPresent("comment")
        return present.flatMap { present in all.first { comment($0) == present } }
    }
}
