package import Workflow

extension Failure {
    package var json: JSON {
        .object([
            (
                "error",
                .object([("code", .string(code.name)), ("message", .string(message)), ("hint", .init(hint))])
            )
        ])
    }
}
