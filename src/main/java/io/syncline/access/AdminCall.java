package io.syncline.access;

import io.syncline.http.Api;
import io.syncline.http.HttpCall;
import io.syncline.http.JsonFields;
import io.syncline.http.QueryParameters;
import java.util.List;
import java.util.Set;

/** What every call of an administrator has to pass before it is looked at. */
final class AdminCall {

    private AdminCall() {}

    static Caller admit(Access access, HttpCall call) {
        Caller caller = access.admit(call, TokenScope.ADMIN);
        Api.mediaType(call, List.of(Api.JSON));
        return caller;
    }

    static JsonFields body(HttpCall call, Set<String> fields) {
        QueryParameters.of(call, Set.of());
        return JsonFields.of(call, fields);
    }

    /** The last part of the path, as it was sent: ids need no encoding. */
    static String id(HttpCall call) {
        String path = call.path();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
