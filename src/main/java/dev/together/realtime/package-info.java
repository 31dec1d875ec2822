/** The Supabase Realtime protocol, versions 1.0.0 and 2.0.0, over websocket, and its REST broadcast. */
@NullMarked
@CheckReturnValue
package dev.together.realtime;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
