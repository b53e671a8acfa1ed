package import Workflow

extension Failure {
    /// One member `error`, so that a failure cannot be taken for an answer.
    package var json: JSON {
        .object([
            (
                "error",
                .object([("code", .string(code.name)), ("message", .string(message)), ("hint", .init(hint))])
            )
        ])
    }
}
