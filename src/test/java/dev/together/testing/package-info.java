/** What tests share: a real PostgreSQL, and people with clients. */
@NullMarked
@CheckReturnValue
package dev.together.testing;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
