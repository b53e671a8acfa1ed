extension Finding {
    /// Whether the team has accepted it under `acknowledge:`; what is refused cannot be accepted.
    package func isAccepted(by plan: Plan) -> Bool {
        let canBe = weight == .acknowledge || id == "function-bodies"
        return canBe && plan.acknowledge.contains(id)
    }
}
