create schema rights;
