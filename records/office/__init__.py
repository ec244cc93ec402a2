"""What an office decides: exit calendar, policies, holds, holidays, forecasts."""
