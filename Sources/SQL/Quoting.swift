extension String {
    /// The text between two quotes, with each of the given scalars doubled.
    ///
    /// It goes by Unicode scalars: as `Character`s a quote followed by a combining mark is not a quote, yet to the
    /// server it ends the name.
    func enclosed(by quote: Unicode.Scalar, doubling doubled: Set<Unicode.Scalar>) -> String {
        var result = String.UnicodeScalarView()
        result.append(quote)
        for scalar in unicodeScalars {
            result.append(scalar)
            if doubled.contains(scalar) { result.append(scalar) }
        }
        result.append(quote)
        return String(result)
    }
}
