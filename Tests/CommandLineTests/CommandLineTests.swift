// Placeholder of the first commit; replaced by the tests.
