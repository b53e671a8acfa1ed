/// Two forms of expressions that belong together in a column's change to `timestamptz`.
extension SyntaxTree {
    var isColumnAtTimeZone: Bool {
        guard let call = self["FuncCall"], call.list("funcname").last?.string == "timezone" else { return false }
        let arguments = call.list("args")
        guard arguments.count == 2, arguments[1]["ColumnRef"] != nil else { return false }
        return arguments[0]["A_Const"] != nil || arguments[0]["TypeCast"]?["arg"]?["A_Const"] != nil
    }

    var isPresentMoment: Bool {
        if let known = self["SQLValueFunction"]?.string("op") {
            return ["SVFOP_CURRENT_TIMESTAMP", "SVFOP_LOCALTIMESTAMP"].contains { known == $0 || known == $0 + "_N" }
        }
        guard let call = self["FuncCall"], call.list("args").isEmpty, let name = call.list("funcname").last?.string
        else { return false }
        return ["now", "transaction_timestamp", "statement_timestamp", "clock_timestamp"].contains(name)
    }
}
