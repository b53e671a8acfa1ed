import Postgres

/// The database error that `body` throws, or nil when it returns; other errors are passed on.
func failure<T>(of body: () throws -> T) throws -> PostgresError? {
    do {
        _ = try body()
        return nil
    } catch let error as PostgresError {
        return error
    }
}

/// The same of asynchronous work.
func failure<T>(of body: () async throws -> T) async throws -> PostgresError? {
    do {
        _ = try await body()
        return nil
    } catch let error as PostgresError {
        return error
    }
}
