extension Finding {
    /// Whether the team has accepted it under `acknowledge:`; what is refused cannot be accepted.
    package func isAccepted(by plan: Plan) -> Bool {
        let canBe = weight == .acknowledge || (weight == .blocksContract && isOfWords)
        return canBe && plan.acknowledge.contains(id)
    }

    /// Whether it is only a text that has a name in it, which may mean something else.
    private var isOfWords: Bool { id == "function-bodies" || id == "trigger-arguments" }
}
