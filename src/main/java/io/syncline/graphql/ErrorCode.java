package io.syncline.graphql;

/** What stands as {@code extensions.code} of an error. */
enum ErrorCode {
    GRAPHQL_PARSE_FAILED,
    GRAPHQL_VALIDATION_FAILED,
    BAD_USER_INPUT,
    INVALID_CURSOR,
    CURSOR_EXPIRED,
    INTERNAL_SERVER_ERROR
}
