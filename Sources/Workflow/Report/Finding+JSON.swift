extension Finding {
    /// The same object in `check` and among the changes from outside.
    package var json: JSON {
        .object([
            ("id", .string(id)),
            ("weight", .string(weight.name)),
            ("message", .string(message)),
            ("hint", .init(hint)),
        ])
    }
}

extension Finding.Weight {
    fileprivate var name: String {
        switch self {
        case .refused: "refused"
        case .acknowledge: "acknowledge"
        case .carried: "carried"
        case .blocksContract: "blocks_contract"
        case .advice: "advice"
        }
    }
}
